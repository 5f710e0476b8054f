package dev.strata.cache;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;
import java.util.regex.Pattern;

/** A part of a repository's cache, such as that of a branch. A caller reads several and writes one. */
public record Scope(String name) {

    private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._/-]{0,127}");

    /** @throws RegistryException PARAMETER_INVALID */
    public Scope {
        if (!GRAMMAR.matcher(name).matches()) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, "a scope's name matches " + GRAMMAR.pattern(), Map.of("scope", name));
        }
    }

    public static Scope of(String name) {
        return new Scope(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
