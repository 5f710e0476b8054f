package dev.strata.database.work;

import dev.strata.database.replicas.Claims;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What is to be done in the background. Items are not in the journal of the embedded database: they are added by what is
 * made again after a crash, and adding one twice is adding it once.
 */
@Component
public class WorkQueue {

    private final WorkTable table;
    private final Claims claims;
    private final Clock clock;
    private final Map<String, Runnable> threads = new ConcurrentHashMap<>();

    WorkQueue(WorkTable table, Claims claims, Clock clock) {
        this.table = table;
        this.claims = claims;
        this.clock = clock;
    }

    /**
     * Notes an item in the caller's transaction; it is worked on when that has committed. An item that is worked on meanwhile
     * is worked on once more, from its beginning. One that failed, or could not be done yet, keeps its pause; one that is
     * set aside stays there.
     *
     * @param work the {@link Work#name}
     * @param subject at most 512 characters
     */
    @Transactional
    public void add(String work, String subject) {
        add(work, subject, Duration.ZERO);
    }

    /** The same, but not before some time has passed. */
    @Transactional
    public void add(String work, String subject, Duration after) {
        table.add(work, subject, clock.instant().plus(after));
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                wake(work);
            }
        });
    }

    /** Takes an item back, in the caller's transaction: what it is about was done in another way. */
    @Transactional
    public void remove(String work, String subject) {
        table.remove(work, subject);
    }

    /** How many items wait or are worked on; counted up to 10,000. */
    public long waiting(String work) {
        return table.count(work, WorkTable.State.WAITING);
    }

    /** How far an item that waits or is worked on has come; empty where there is none, and at its beginning. */
    public Optional<String> progress(String work, String subject) {
        return table.progress(work, subject);
    }

    /** How many items are set aside; counted up to 10,000. */
    public long setAside(String work) {
        return table.count(work, WorkTable.State.SET_ASIDE);
    }

    /**
     * Items of one work that are set aside, in the order of their subjects.
     *
     * @param after the subject after which to begin; empty to begin with the first
     */
    public List<SetAside> setAside(String work, String after, int limit) {
        return table.setAside(work, after, limit);
    }

    /** Sets an item aside by hand, for work that has a queue of its own. {@link #retry} gives it to the {@link Work}. */
    @Transactional
    public void setAside(String work, String subject, String reason) {
        table.setAside(work, subject, reason, clock.instant());
    }

    /** Puts what was set aside back into the queue, in pieces of their own transactions. */
    public void retry(String work) {
        while (table.retry(work, clock.instant()) > 0) {
            wake(work);
        }
    }

    /** Whether this process is the one that works on these items, of those that share the database. */
    public boolean isWorkedOnHere(String work) {
        return claims.has(claim(work));
    }

    static String claim(String work) {
        return "work " + work;
    }

    /** The thread that works on these items hears of new ones. */
    void register(String work, Runnable wake) {
        threads.put(work, wake);
    }

    private void wake(String work) {
        threads.getOrDefault(work, () -> {}).run();
    }
}
