package dev.strata.bench;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Content to push: a beginning that is the same for all blobs (see {@link Contents}) and an end of its own, so that
 * each is new and its digest costs almost nothing to know.
 *
 * @param hex the SHA-256
 */
record Blob(String hex, long prefixLength, byte[] tail) {

    /** A blob of these bytes alone. */
    static Blob of(byte[] bytes) {
        return new Blob(HexFormat.of().formatHex(sha256().digest(bytes)), 0, bytes);
    }

    String digest() {
        return "sha256:" + hex;
    }

    long size() {
        return prefixLength + tail.length;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
