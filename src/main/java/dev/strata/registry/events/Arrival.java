package dev.strata.registry.events;

/** How a blob came into a repository. */
public enum Arrival {
    /** A client sent its bytes. */
    SENT,
    /** A client had it mounted from another repository. */
    MOUNTED,
    /** A client asked for it, and another repository had it. */
    ASKED_FOR
}
