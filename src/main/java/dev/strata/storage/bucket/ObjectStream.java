package dev.strata.storage.bucket;

import dev.strata.problem.RegistryException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a part of an object. Where the store breaks off, it goes on from there, if it is the same content still; where that
 * does not succeed for long enough, reading fails. It never ends early as if that were all.
 */
final class ObjectStream extends InputStream {

    private static final Logger log = LoggerFactory.getLogger(ObjectStream.class);

    /** In a row, without a byte between them. */
    private static final int MOST_FAILURES = 5;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Bucket bucket;
    private final String object;
    private final String tag;
    private final long end;
    /** Held while something is read, and while the connection is given up. */
    private final ReentrantLock turn = new ReentrantLock();
    private long position;
    private volatile Bucket.@Nullable Opened opened;
    private volatile long lastRead = System.nanoTime();
    private int failures;

    ObjectStream(Bucket bucket, String object, Bucket.Opened opened, long first, long length) {
        this.bucket = bucket;
        this.object = object;
        this.opened = opened;
        this.tag = opened.tag();
        this.position = first;
        this.end = first + length;
        bucket.pullConnections().add(this);
    }

    boolean isConnected() {
        return opened != null;
    }

    /** Gives the connection up where nobody has read for so long; reading goes on with another. */
    void rest(Duration longest) {
        if (opened == null || System.nanoTime() - lastRead < longest.toNanos() || !turn.tryLock()) {
            return;
        }
        try {
            if (System.nanoTime() - lastRead >= longest.toNanos()) {
                giveUpSource();
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
        turn.lock();
        try {
            return position == end ? -1 : readSome(bytes, offset, (int) Math.min(count, end - position));
        } finally {
            lastRead = System.nanoTime();
            turn.unlock();
        }
    }

    private int readSome(byte[] bytes, int offset, int count) throws IOException {
        while (true) {
            try {
                int read = source().bytes().read(bytes, offset, count);
                if (read < 0) {
                    throw new EOFException("The store ended its answer early");
                }
                position += read;
                failures = 0;
                if (position == end) {
                    finishSource();
                }
                return read;
            } catch (IOException | RegistryException e) {
                giveUpSource();
                failures++;
                // It was tried long enough to open it, or there is nothing any more that could be opened.
                if (failures > MOST_FAILURES || e instanceof RegistryException || e instanceof NoSuchFileException) {
                    throw new IOException(object + " cannot be read from " + position + " on", e);
                }
                log.debug("{} broke off at {}", object, position, e);
                pause();
            }
        }
    }

    private Bucket.Opened source() throws IOException {
        Bucket.Opened source = opened;
        if (source == null) {
            source = bucket.open(object, position, end - position, tag);
            opened = source;
        }
        return source;
    }

    /** Sees the end of the answer, so that the connection can be used again. */
    private void finishSource() {
        try {
            if (opened != null && opened.bytes().read() >= 0) {
                log.warn("The store sends more of {} than it was asked for", object);
            }
        } catch (IOException e) {
            log.debug("{} broke off at its end", object, e);
        }
        giveUpSource();
    }

    private void giveUpSource() {
        Bucket.Opened source = opened;
        if (source != null) {
            source.close();
            opened = null;
        }
    }

    private void pause() throws IOException {
        try {
            Thread.sleep(PAUSE.multipliedBy(1L << (failures - 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Reading " + object + " was interrupted", e);
        }
    }

    @Override
    public void close() {
        turn.lock();
        try {
            bucket.pullConnections().remove(this);
            giveUpSource();
        } finally {
            turn.unlock();
        }
    }
}
