package dev.strata.access.policy;

import dev.strata.access.rules.FaultyRulesException;
import java.util.List;

/** A policy that is not one. */
public class PolicyException extends FaultyRulesException {

    /**
     * @param where the policy stands
     * @param faults each with its line
     */
    PolicyException(String where, List<String> faults) {
        super(where + " is no policy", faults);
    }
}
