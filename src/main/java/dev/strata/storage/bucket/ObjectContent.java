package dev.strata.storage.bucket;

import dev.strata.storage.BlobContent;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;

/** A blob's bytes in the store. Whether they are there is seen when they are read. */
record ObjectContent(BlobObjects objects, Redirects redirects, StoredBlob blob) implements BlobContent.Elsewhere {

    @Override
    public long size() {
        return blob.size();
    }

    @Override
    public InputStream openFrom(long offset) throws IOException {
        return open(offset, blob.size() - offset);
    }

    @Override
    public InputStream open(long offset, long length) throws IOException {
        return length == 0 ? InputStream.nullInputStream() : objects.read(blob, offset, length);
    }

    @Override
    public Optional<URI> address(boolean onlyHead, String userAgent) {
        return redirects.address(blob, onlyHead, userAgent);
    }
}
