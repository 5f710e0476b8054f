package dev.strata.database.replicas;

/**
 * What one process at a time does of those that share the database. Whoever has a claim keeps it while it lives; another one
 * takes it some seconds after that.
 */
public interface Claims {

    /**
     * Whether this process is the one, for some seconds at least; it becomes the one where nobody is.
     *
     * @param work a name of at most 64 characters
     */
    boolean has(String work);

    /**
     * The same for the running transaction, until it ends: nobody takes the claim meanwhile.
     *
     * @throws org.springframework.dao.ConcurrencyFailureException where another one has taken it
     */
    void require(String work);

    /** Whether another process has one: it lives, or has ended some seconds ago without giving it up. */
    boolean isOtherAlive();
}
