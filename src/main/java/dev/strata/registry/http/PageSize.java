package dev.strata.registry.http;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the parameter {@code n} of lists. */
final class PageSize {

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private PageSize() {}

    /**
     * Reads how many entries a page may have.
     *
     * @param otherwise what it is where nothing is said
     * @param largest what it is at the most
     * @throws RegistryException PARAMETER_INVALID for what is no number
     */
    static int of(Optional<String> n, int otherwise, int largest) {
        if (n.isEmpty()) {
            return otherwise;
        }
        if (!NUMBER.matcher(n.get()).matches()) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, "n must be a number, 0 or more", Map.of("n", n.get()));
        }
        BigInteger asked = new BigInteger(n.get());
        return asked.min(BigInteger.valueOf(largest)).intValue();
    }
}
