package dev.strata.registry.repositories;

/** Somebody who may need a repository that has no manifests. */
public interface RepositoryHolder {

    /** Why a repository stays. */
    enum Hold {
        /** It need not. */
        NONE,
        /** Something is to be done first, which takes a moment. */
        NOT_YET,
        /** What was deleted can be taken back. */
        WAITS,
        /** It is in use. */
        USED
    }

    /**
     * Asked of a repository that is about to go, within the transaction that has its lock: nobody adds anything to it
     * meanwhile. It changes nothing, since another holder may need the repository.
     */
    Hold hold(long repositoryId);

    /**
     * Lets go of what is kept of a repository that goes, some of it at a time, within the same transaction.
     *
     * @return whether that was all
     */
    default boolean letGo(long repositoryId) {
        return true;
    }
}
