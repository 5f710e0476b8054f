package dev.strata.upkeep.retention.plans;

import dev.strata.database.columns.ColumnCode;

/** How far a plan has come. */
public enum PlanState implements ColumnCode {
    /** It is being made. */
    COUNTING('C'),
    /** It can be run. */
    READY('R'),
    RUNNING('X'),
    DONE('D'),
    /** Its run is being taken back. */
    RESTORING('U'),
    RESTORED('B'),
    /** The rules changed before it was whole. */
    OUTDATED('O');

    private final char code;

    PlanState(char code) {
        this.code = code;
    }

    @Override
    public char code() {
        return code;
    }
}
