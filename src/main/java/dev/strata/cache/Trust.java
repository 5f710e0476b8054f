package dev.strata.cache;

/** What a caller takes. */
public enum Trust {
    /** Entries that say all that the step can see. */
    RECORDED,
    /** Hints too: entries from a history that leaves things out, such as mounts. */
    ANY
}
