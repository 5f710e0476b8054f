package dev.strata.step;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables that a command sees: their names, and of each value only its digest. People pass secrets as build
 * arguments, so no value may be part of what is sent, stored or answered.
 *
 * @param digests the SHA-256 digest of each value's UTF-8 bytes, by the variable's name
 */
public record Environment(SortedMap<String, Digest> digests) {

    /** No variables. */
    public static final Environment NONE = new Environment(Collections.emptySortedMap());

    /** @throws RegistryException STEP_INVALID for a variable without a proper name, and for another algorithm */
    public Environment {
        digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
        digests.forEach((name, digest) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0) {
                throw invalid("a variable has no proper name", name);
            }
            if (digest.algorithm() != DigestAlgorithm.SHA256) {
                throw invalid("a variable's value is told by its sha256 digest", name);
            }
        });
    }

    /** The environment in which variables have these values. */
    public static Environment ofValues(Map<String, String> values) {
        SortedMap<String, Digest> digests = new TreeMap<>();
        values.forEach((name, value) -> digests.put(
                name, Digest.ofContent(DigestAlgorithm.SHA256, value.getBytes(StandardCharsets.UTF_8))));
        return new Environment(digests);
    }

    /** Reads what a step has; a message never repeats what stands in a digest's place, since that may be a secret. */
    static Environment ofDigests(Map<String, String> texts) {
        SortedMap<String, Digest> digests = new TreeMap<>();
        texts.forEach((name, text) -> {
            try {
                digests.put(name, Digest.of(text));
            } catch (RegistryException notADigest) {
                throw invalid("a variable's value is told by its sha256 digest, never by itself", name);
            }
        });
        return new Environment(digests);
    }

    private static RegistryException invalid(String message, String name) {
        return new RegistryException(Problem.STEP_INVALID, message, Map.of("field", "env." + name));
    }
}
