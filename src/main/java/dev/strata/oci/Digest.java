package dev.strata.oci;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.HexFormat;
import java.util.Map;

/**
 * The identity of content: an algorithm and its value in lower-case hex.
 *
 * <p>OCI Image Specification, descriptor.md, section "Digests".
 */
public record Digest(DigestAlgorithm algorithm, String hex) implements Reference {

    /** @throws RegistryException DIGEST_INVALID where the hex is not the algorithm's */
    public Digest {
        if (hex.length() != 2 * algorithm.bytes() || !isLowerHex(hex)) {
            throw invalid(
                    algorithm.prefix() + ":" + hex,
                    "a " + algorithm.prefix() + " digest has " + 2 * algorithm.bytes() + " lower-case hex digits");
        }
    }

    /** @throws RegistryException DIGEST_INVALID for what is not {@code algorithm:hex} */
    public static Digest of(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw invalid(text, "a digest is written as algorithm:hex");
        }
        return new Digest(DigestAlgorithm.of(text.substring(0, colon)), text.substring(colon + 1));
    }

    /** The digest whose value is these bytes; their number tells the algorithm. */
    public static Digest ofBytes(byte[] value) {
        DigestAlgorithm algorithm = DigestAlgorithm.ofBytes(value.length);
        if (algorithm == null) {
            throw new IllegalArgumentException("No digest algorithm has " + value.length + " bytes");
        }
        return new Digest(algorithm, HexFormat.of().formatHex(value));
    }

    /** The digest of content that is at hand. */
    public static Digest ofContent(DigestAlgorithm algorithm, byte[] content) {
        return ofBytes(algorithm.messageDigest().digest(content));
    }

    /** The value alone, 32 or 64 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return algorithm.prefix() + ":" + hex;
    }

    static RegistryException invalid(String digest, String why) {
        return new RegistryException(Problem.DIGEST_INVALID, "invalid digest: " + why, Map.of("digest", digest));
    }

    private static boolean isLowerHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }
}
