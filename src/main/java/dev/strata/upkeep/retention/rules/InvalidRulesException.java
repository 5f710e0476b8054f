package dev.strata.upkeep.retention.rules;

import dev.strata.access.rules.FaultyRulesException;
import java.util.List;

/** Rules of retention that are none. */
public class InvalidRulesException extends FaultyRulesException {

    /** @param where they stand */
    InvalidRulesException(String where, List<String> faults) {
        super(where + " has no rules of retention", faults);
    }
}
