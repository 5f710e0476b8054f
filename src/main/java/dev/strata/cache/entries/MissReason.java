package dev.strata.cache.entries;

/** Why a step has no layer here. */
public enum MissReason {
    /** Nothing like it was ever run. */
    NEVER_SEEN,
    /** It was run on another base. */
    BASE_MOVED,
    /** Another command or destination. */
    INSTRUCTION_CHANGED,
    /** A build argument has another value. */
    ARG_CHANGED,
    /** A variable, the user or the directory is another one. */
    ENV_CHANGED,
    /** The files that it takes are others. */
    CONTENT_CHANGED,
    /** A step before it gave another layer. */
    PARENT_DIVERGED,
    /** It was run for another platform. */
    PLATFORM,
    /** Nobody used it for too long, or it is older than the caller takes. */
    EXPIRED,
    /** It had to make room. */
    EVICTED,
    /** Its layer is not here any more. */
    INCOMPLETE,
    /** It is in a scope that the caller does not read, or may not be served there yet. */
    SCOPE_DENIED,
    /** The caller asked for a fresh run. */
    NO_CACHE,
    /** Its layer is not what was said. */
    QUARANTINED;

    /** Whether there was an entry that must not be used any more, as opposed to none. */
    public boolean isGone() {
        return this == EXPIRED || this == QUARANTINED;
    }
}
