package dev.strata.cache.entries;

import dev.strata.database.columns.ColumnCode;

/** Where an entry comes from. */
public enum EntrySource implements ColumnCode {
    /** An agent committed it. */
    RECORDED('R'),
    /** It was read from the history of an image that was pushed. */
    DERIVED('D'),
    /** So it was, and that history tells nothing of mounts, network and secrets. */
    HINT('H');

    private final char code;

    EntrySource(char code) {
        this.code = code;
    }

    @Override
    public char code() {
        return code;
    }
}
