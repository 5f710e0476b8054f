package dev.strata.cache.entries;

import dev.strata.database.columns.ColumnCode;

/** How an entry stands. */
public enum EntryState implements ColumnCode {
    UNVERIFIED('U'),
    /** Its layer was decompressed here and has the diff ID. */
    VERIFIED('V'),
    /** Its layer does not have the diff ID; it is never served. */
    QUARANTINED('Q'),
    /** Nobody used it for too long. */
    EXPIRED('X'),
    /** It had to make room. */
    EVICTED('E'),
    /** It lost its layer. */
    INCOMPLETE('I');

    private final char code;

    EntryState(char code) {
        this.code = code;
    }

    @Override
    public char code() {
        return code;
    }

    /** Whether it may be served. */
    boolean isLive() {
        return this == UNVERIFIED || this == VERIFIED;
    }
}
