package dev.strata.oci;

import dev.strata.problem.RegistryException;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/** The digest algorithms that are served: those that the OCI Image Specification registers (descriptor.md). */
public enum DigestAlgorithm {
    SHA256("sha256", 32),
    SHA512("sha512", 64);

    private final String prefix;
    private final int bytes;

    DigestAlgorithm(String prefix, int bytes) {
        this.prefix = prefix;
        this.bytes = bytes;
    }

    /** The name before a digest's colon. */
    public String prefix() {
        return prefix;
    }

    /** How many bytes a digest has. */
    public int bytes() {
        return bytes;
    }

    public MessageDigest messageDigest() {
        return switch (this) {
            case SHA256 -> DigestUtils.getSha256Digest();
            case SHA512 -> DigestUtils.getSha512Digest();
        };
    }

    /**
     * @throws RegistryException DIGEST_INVALID for a name that is not served
     */
    public static DigestAlgorithm of(String prefix) {
        DigestAlgorithm found = find(prefix);
        if (found == null) {
            throw Digest.invalid(prefix, "the digest algorithm '" + prefix + "' is not supported, sha256 and sha512 are");
        }
        return found;
    }

    /** A hash of the same bytes that goes on by itself. */
    public static MessageDigest copyOf(MessageDigest hash) {
        try {
            return (MessageDigest) hash.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The JDK's digests can be cloned", e);
        }
    }

    static @Nullable DigestAlgorithm find(String prefix) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.prefix.equals(prefix)) {
                return algorithm;
            }
        }
        return null;
    }

    static @Nullable DigestAlgorithm ofBytes(int length) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.bytes == length) {
                return algorithm;
            }
        }
        return null;
    }
}
