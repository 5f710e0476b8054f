package dev.strata.testing;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.util.Arrays;
import java.util.Random;

/** Bytes to push. */
public final class Content {

    private Content() {}

    /** Bytes that no compression shortens, the same for the same seed. */
    public static byte[] random(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** @param end exclusive */
    public static byte[] slice(byte[] content, int start, int end) {
        return Arrays.copyOfRange(content, start, end);
    }

    public static Digest sha256(byte[] content) {
        return Digest.ofContent(DigestAlgorithm.SHA256, content);
    }

    public static Digest sha512(byte[] content) {
        return Digest.ofContent(DigestAlgorithm.SHA512, content);
    }
}
