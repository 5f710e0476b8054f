package dev.strata.database;

/** Which database it is. */
public enum DatabaseKind {
    /** In this process, which has it alone. */
    EMBEDDED,
    /** Several processes may share it. */
    POSTGRESQL;

    public boolean isShared() {
        return this == POSTGRESQL;
    }
}
