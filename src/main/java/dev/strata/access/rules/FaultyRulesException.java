package dev.strata.access.rules;

import java.util.List;

/** Rules that are none, with everything that is wrong in them. */
public abstract class FaultyRulesException extends RuntimeException {

    private final transient List<String> faults;

    /** @param what has the faults, as the beginning of a sentence */
    protected FaultyRulesException(String what, List<String> faults) {
        super(what + ": " + String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public final List<String> faults() {
        return faults;
    }
}
