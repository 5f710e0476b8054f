package dev.strata.step;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The variables that a command sees: their names, and of each value only its digest. People pass secrets as build
 * arguments, so no value may be part of what is sent, stored or answered.
 *
 * @param digests the SHA-256 digest of each value's UTF-8 bytes, by the variable's name
 */
public record Environment(SortedMap<String, Digest> digests) {

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

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
        values.forEach((name, value) -> digests.put(name, ofValue(value)));
        return new Environment(digests);
    }

    /** Reads what a step has. A client that tells a value itself is understood; from here on there is only its digest. */
    static Environment ofTexts(Map<String, String> texts) {
        SortedMap<String, Digest> digests = new TreeMap<>();
        texts.forEach((name, text) -> digests.put(name, DIGEST.matcher(text).matches() ? Digest.of(text) : ofValue(text)));
        return new Environment(digests);
    }

    /** UTF-8 has no half of a surrogate pair: two values that differ in one must not look alike. */
    private static Digest ofValue(String value) {
        return Digest.ofContent(
                DigestAlgorithm.SHA256,
                StandardCharsets.UTF_8.newEncoder().canEncode(value) ? value.getBytes(StandardCharsets.UTF_8) : units(value));
    }

    private static byte[] units(String value) {
        byte[] units = new byte[Character.BYTES * value.length()];
        ByteBuffer.wrap(units).asCharBuffer().put(value);
        return units;
    }

    private static RegistryException invalid(String message, String name) {
        return new RegistryException(Problem.STEP_INVALID, message, Map.of("field", "env." + name));
    }
}
