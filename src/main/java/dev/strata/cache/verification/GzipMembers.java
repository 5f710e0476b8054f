package dev.strata.cache.verification;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One or more members of gzip: RFC 1952. The JDK reads them, but takes whatever follows them for the end. Clients refuse
 * such a layer, so it is not what its media type says.
 */
final class GzipMembers extends GZIPInputStream {

    /** A checksum and a length, which a member ends with. */
    private static final int TRAILER_BYTES = 8;

    private final LongSupplier position;
    private long filledUpTo;

    /** @param position how much was read of the content */
    GzipMembers(InputStream content, int bufferBytes, LongSupplier position) throws IOException {
        super(content, bufferBytes);
        this.position = position;
    }

    @Override
    protected void fill() throws IOException {
        super.fill();
        filledUpTo = position.getAsLong();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = super.read(buffer, offset, length);
        if (count < 0 && isFollowed()) {
            throw new ZipException("Something that is no member follows the last one");
        }
        return count;
    }

    /** What was read behind the last member's data is in the buffer, or was taken beyond it to look for another member. */
    private boolean isFollowed() throws IOException {
        long behind = inf.getRemaining() + position.getAsLong() - filledUpTo;
        return behind > TRAILER_BYTES || in.read() >= 0;
    }
}
