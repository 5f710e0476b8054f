package dev.strata.upkeep.retention.rules;

import java.util.List;

/** Rules of retention that are none, with everything that is wrong in them. */
public class InvalidRulesException extends RuntimeException {

    private final transient List<String> faults;

    /** @param where they stand */
    InvalidRulesException(String where, List<String> faults) {
        super(where + " has no rules of retention: " + String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
