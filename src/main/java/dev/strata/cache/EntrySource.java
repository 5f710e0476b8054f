package dev.strata.cache;

/** Where an entry comes from. */
public enum EntrySource {
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

    /** As the database has it. */
    char code() {
        return code;
    }

    static EntrySource of(char code) {
        for (EntrySource source : values()) {
            if (source.code == code) {
                return source;
            }
        }
        throw new IllegalStateException("There is no source " + code);
    }
}
