package dev.strata.testing;

import dev.strata.oci.Digest;
import java.io.IOException;
import java.time.Duration;

/** The bytes that a registry's store has, looked at and spoiled behind its back. */
public interface StoredBlobs {

    /** Whether a blob's bytes are where the next pull would find them. */
    boolean has(Digest digest) throws IOException;

    /** How many bytes all blobs have together. */
    long bytes() throws IOException;

    /** Gives a blob that is known other bytes. */
    void overwrite(Digest digest, byte[] bytes) throws IOException;

    /** Takes the bytes of a blob that is known away. */
    void remove(Digest digest) throws IOException;

    /** Whether such bytes were set aside when they were found to be broken. */
    boolean keepsBroken(byte[] bytes) throws IOException;

    /** Puts bytes there that no row knows. */
    Stray putStray(byte[] bytes, Duration age) throws IOException;

    /** Bytes that no row knows. */
    interface Stray {

        /** As {@code strata check} calls them. */
        String name();

        boolean isThere() throws IOException;

        void remove() throws IOException;
    }
}
