package dev.strata.registry.http;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the parameter {@code n} of lists. */
final class PageSize {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    private PageSize() {}

    /** @throws RegistryException PARAMETER_INVALID for what is no number */
    static int of(Optional<String> n, int otherwise) {
        if (n.isEmpty()) {
            return otherwise;
        }
        if (!NUMBER.matcher(n.get()).matches()) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, "n must be a number, 0 or more", Map.of("n", n.get()));
        }
        return Integer.parseInt(n.get());
    }
}
