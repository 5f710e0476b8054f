package dev.strata.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** A blob's bytes, ready to be read. */
public interface BlobContent {

    /** The length in bytes. */
    long size();

    /** Opens the bytes from an offset on; the caller closes the stream. */
    InputStream openFrom(long offset) throws IOException;

    /** A blob that lies in a local file, which the kernel can send by itself. The file never changes. */
    interface LocalFile extends BlobContent {

        Path path();
    }
}
