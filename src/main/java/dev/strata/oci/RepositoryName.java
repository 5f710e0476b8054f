package dev.strata.oci;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;
import java.util.regex.Pattern;

/** A repository's name; OCI Distribution Specification, section "Pulling manifests". At most 255 characters. */
public record RepositoryName(String value) implements Comparable<RepositoryName> {

    private static final int LONGEST = 255;

    // Possessive, so that no name makes the matcher go back: every alternative starts with another character.
    private static final String COMPONENT = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";
    private static final Pattern GRAMMAR = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*+");

    /** @throws RegistryException NAME_INVALID */
    public RepositoryName {
        if (value.length() > LONGEST) {
            throw invalid(value, "it has more than " + LONGEST + " characters");
        }
        if (!GRAMMAR.matcher(value).matches()) {
            throw invalid(
                    value,
                    "it consists of lower-case letters and digits, separated by one '.', one or two '_', or '-', "
                            + "in components between '/'");
        }
    }

    public static RepositoryName of(String value) {
        return new RepositoryName(value);
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static RegistryException invalid(String name, String why) {
        return new RegistryException(Problem.NAME_INVALID, "invalid repository name: " + why, Map.of("name", name));
    }
}
