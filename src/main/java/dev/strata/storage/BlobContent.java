package dev.strata.storage;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** A blob's bytes, ready to be read. */
public interface BlobContent {

    /** The length in bytes. */
    long size();

    /** Opens the bytes from an offset on; the caller closes the stream. */
    InputStream openFrom(long offset) throws IOException;

    /** Opens the bytes from an offset on for someone who reads so many of them; there may be more. */
    default InputStream open(long offset, long length) throws IOException {
        return openFrom(offset);
    }

    /** A blob that clients can fetch from elsewhere. */
    interface Elsewhere extends BlobContent {

        /**
         * Where a client fetches it.
         *
         * @param onlyHead whether it asks by HEAD
         * @param userAgent what it calls itself; empty where it does not
         * @return empty where this client is not sent there
         */
        Optional<URI> address(boolean onlyHead, String userAgent);
    }

    /** A blob that lies in a local file, which the kernel can send by itself. The file never changes. */
    interface LocalFile extends BlobContent {

        Path path();
    }
}
