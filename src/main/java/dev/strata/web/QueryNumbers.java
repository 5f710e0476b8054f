package dev.strata.web;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;
import java.util.Optional;

/** Numbers in queries. */
public final class QueryNumbers {

    private QueryNumbers() {}

    /** @throws RegistryException PARAMETER_INVALID where it is none, or out of bounds */
    public static long of(String parameter, Optional<String> text, long least, long most, long otherwise) {
        try {
            long number = text.map(Long::parseLong).orElse(otherwise);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // it is none
        }
        throw new RegistryException(
                Problem.PARAMETER_INVALID,
                parameter + " is a number from " + least + " to " + most,
                Map.of("parameter", parameter, "value", text.orElse("")));
    }
}
