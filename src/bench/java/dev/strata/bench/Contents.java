package dev.strata.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes blobs that do not compress and sends them. A block of random bytes is repeated, and the last 32 KiB are new
 * for each blob. The block is kept twice: plain, and already framed in HTTP chunks of 32 KiB, the size in which
 * docker's client sends; so sending costs no more than the copy into the socket.
 */
final class Contents {

    /** Sizes are multiples of this. */
    static final int CHUNK = 32 * 1024;
    private static final int BLOCK_CHUNKS = 256;
    private static final byte[] CHUNK_HEAD = ascii("8000\r\n");
    private static final byte[] CHUNK_END = ascii("\r\n");
    private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");
    private static final int FRAMED_CHUNK = CHUNK_HEAD.length + CHUNK + CHUNK_END.length;

    private final long seed = new SecureRandom().nextLong();
    private final AtomicLong count = new AtomicLong();
    private final ByteBuffer plain = ByteBuffer.allocateDirect(BLOCK_CHUNKS * CHUNK);
    private final ByteBuffer framed = ByteBuffer.allocateDirect(BLOCK_CHUNKS * FRAMED_CHUNK);
    private final Map<Long, MessageDigest> prefixDigests = new ConcurrentHashMap<>();

    Contents() {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] chunk = new byte[CHUNK];
        for (int index = 0; index < BLOCK_CHUNKS; index++) {
            random.nextBytes(chunk);
            plain.put(chunk);
            framed.put(CHUNK_HEAD).put(chunk).put(CHUNK_END);
        }
        plain.flip();
        framed.flip();
    }

    /** A blob that no server has seen, of a multiple of {@link #CHUNK} bytes. */
    Blob next(long size) {
        if (size < CHUNK || size % CHUNK != 0) {
            throw new IllegalArgumentException("not a multiple of " + CHUNK + ": " + size);
        }
        byte[] tail = new byte[CHUNK];
        new SplittableRandom(seed + count.incrementAndGet()).nextBytes(tail);
        MessageDigest digest = copy(prefixDigests.computeIfAbsent(size - CHUNK, this::prefixDigest));
        return new Blob(HexFormat.of().formatHex(digest.digest(tail)), size - CHUNK, tail);
    }

    /** Writes the blob as it is. */
    void write(Blob blob, WritableByteChannel target) throws IOException {
        repeat(plain, CHUNK, blob.prefixLength() / CHUNK, target);
        Connection.writeFully(target, ByteBuffer.wrap(blob.tail()));
    }

    /** Writes the blob as the body of a request with {@code Transfer-Encoding: chunked}, to its end. */
    void writeChunked(Blob blob, WritableByteChannel target, ByteBuffer scratch) throws IOException {
        repeat(framed, FRAMED_CHUNK, blob.prefixLength() / CHUNK, target);
        scratch.clear().put(ascii(Integer.toHexString(blob.tail().length) + "\r\n")).put(blob.tail()).put(CHUNK_END)
                .put(LAST_CHUNK).flip();
        Connection.writeFully(target, scratch);
    }

    /** Writes chunks as long as the window is open, then the last one. */
    void writeChunked(Window window, WritableByteChannel target) throws IOException {
        while (window.isOpen()) {
            repeat(framed, FRAMED_CHUNK, 8, target);
        }
        Connection.writeFully(target, ByteBuffer.wrap(LAST_CHUNK));
    }

    private static void repeat(ByteBuffer block, int chunkLength, long chunks, WritableByteChannel target)
            throws IOException {
        for (long left = chunks; left > 0; left -= BLOCK_CHUNKS) {
            Connection.writeFully(target, block.slice(0, (int) Math.min(left, BLOCK_CHUNKS) * chunkLength));
        }
    }

    private MessageDigest prefixDigest(long length) {
        MessageDigest digest = Blob.sha256();
        for (long left = length; left > 0; left -= plain.limit()) {
            digest.update(plain.slice(0, (int) Math.min(left, plain.limit())));
        }
        return digest;
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", impossible);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
