package dev.strata.agent.copying;

import dev.strata.oci.Digest;
import java.io.IOException;
import java.io.InputStream;

/** Where an image layout is written: OCI Image Specification, image-layout.md. */
public interface ImageLayout {

    /** Whether it has a blob already, from this export or an earlier one. */
    boolean has(Digest digest, long size) throws IOException;

    /**
     * Writes a blob.
     *
     * @param size how many bytes the content has
     */
    void blob(Digest digest, long size, InputStream content) throws IOException;

    /** Writes one of the files that stand beside the blobs. */
    void file(String name, byte[] content) throws IOException;

    /** All is written. */
    void end() throws IOException;
}
