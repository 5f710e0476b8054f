package dev.strata.access.policy;

import java.util.List;

/** A policy that is not one, with everything that is wrong in it. */
public class PolicyException extends RuntimeException {

    private final transient List<String> faults;

    /**
     * @param where the policy stands
     * @param faults each with its line
     */
    PolicyException(String where, List<String> faults) {
        super(where + " is no policy: " + String.join("; ", faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
