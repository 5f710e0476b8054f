package dev.strata.storage.files;

import dev.strata.storage.Upload;
import dev.strata.storage.directory.Room;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Streams a body into a file and into a hash in a fixed amount of memory.
 *
 * <p>Hashing, receiving and writing cost about the same, so for as many uploads as there are processors the hash runs
 * on a thread beside the receiving one, and early parts of a large file are forced while later ones arrive. Every
 * further upload does its own work in turn, because no processor is idle then.
 */
final class ContentWriter implements AutoCloseable {

    /** Of every upload: there may be hundreds of them. */
    private static final int SMALL_BUFFER = 64 * 1024;
    /** Of those few whose hash runs beside. */
    private static final int LARGE_BUFFER = 256 * 1024;
    private static final int BUFFERS = 4;
    /** How much is left to the final force: the disk writes the rest while the body arrives. */
    private static final long FORCE_EVERY = 8L * 1024 * 1024;

    private final ExecutorService helpers =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("content-", 0).factory());
    private final Semaphore idleProcessors = new Semaphore(Runtime.getRuntime().availableProcessors());

    /** Told of every buffer that has been written and will be in the hash. */
    interface Progress {
        void received(int bytes);
    }

    /**
     * Copies the body to the file's end.
     *
     * @param room what was reserved for it
     * @throws Upload.BodyException where the body broke off; what arrived before is written and hashed
     */
    void transfer(InputStream body, FileChannel file, MessageDigest digest, Room.Reservation room, Progress progress)
            throws IOException {
        Buffer first = new Buffer(SMALL_BUFFER);
        boolean more = first.fill(body);
        write(file, first, room);
        digest.update(first.bytes, 0, first.length);
        progress.received(first.length);
        first.rethrow();
        if (!more) {
            return;
        }
        if (idleProcessors.tryAcquire()) {
            try {
                transferBeside(body, file, digest, room, progress);
            } finally {
                idleProcessors.release();
            }
        } else {
            transferInTurn(first, body, file, digest, room, progress);
        }
    }

    private void transferInTurn(
            Buffer buffer,
            InputStream body,
            FileChannel file,
            MessageDigest digest,
            Room.Reservation room,
            Progress progress)
            throws IOException {
        boolean more = true;
        while (more) {
            more = buffer.fill(body);
            write(file, buffer, room);
            digest.update(buffer.bytes, 0, buffer.length);
            progress.received(buffer.length);
            buffer.rethrow();
        }
    }

    private void transferBeside(
            InputStream body, FileChannel file, MessageDigest digest, Room.Reservation room, Progress progress)
            throws IOException {
        Buffer[] buffers = new Buffer[BUFFERS];
        for (int i = 0; i < BUFFERS; i++) {
            buffers[i] = new Buffer(LARGE_BUFFER);
        }
        CompletableFuture<Void> hash = CompletableFuture.completedFuture(null);
        CompletableFuture<@Nullable IOException> force = CompletableFuture.completedFuture(null);
        long unforced = 0;
        try {
            boolean more = true;
            for (int i = 0; more; i = (i + 1) % BUFFERS) {
                Buffer buffer = buffers[i];
                buffer.hashed.join();
                more = buffer.fill(body);
                hash = hash.thenRunAsync(() -> digest.update(buffer.bytes, 0, buffer.length), helpers);
                buffer.hashed = hash;
                write(file, buffer, room);
                progress.received(buffer.length);
                buffer.rethrow();
                unforced += buffer.length;
                if (unforced >= FORCE_EVERY && force.isDone()) {
                    rethrow(force.join());
                    force = CompletableFuture.supplyAsync(() -> forceEarly(file), helpers);
                    unforced = 0;
                }
            }
        } finally {
            hash.join();
            rethrow(force.join());
        }
    }

    private static void write(FileChannel file, Buffer buffer, Room.Reservation room) throws IOException {
        room.require(buffer.length);
        ByteBuffer bytes = ByteBuffer.wrap(buffer.bytes, 0, buffer.length);
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
        room.written(buffer.length);
    }

    /** A head start for the final force. The kernel reports a failure once, so the final one may not see it again. */
    private static @Nullable IOException forceEarly(FileChannel file) {
        try {
            file.force(false);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static void rethrow(@Nullable IOException failure) throws IOException {
        if (failure != null) {
            throw new ForceFailedException(failure);
        }
    }

    /** Some of what was written is not on the disk, whatever later forces say. */
    static final class ForceFailedException extends IOException {

        ForceFailedException(IOException cause) {
            super("What was written could not be forced to the disk", cause);
        }
    }

    @Override
    public void close() {
        helpers.close();
    }

    private static final class Buffer {

        private final byte[] bytes;
        private int length;
        private CompletableFuture<Void> hashed = CompletableFuture.completedFuture(null);
        private @Nullable IOException brokenOff;

        Buffer(int size) {
            bytes = new byte[size];
        }

        /** Reads until the buffer is full or the body ends, and says whether there may be more. */
        boolean fill(InputStream body) {
            length = 0;
            try {
                while (length < bytes.length) {
                    int count = body.read(bytes, length, bytes.length - length);
                    if (count < 0) {
                        return false;
                    }
                    length += count;
                }
                return true;
            } catch (IOException e) {
                brokenOff = e;
                return false;
            }
        }

        void rethrow() {
            if (brokenOff != null) {
                throw new Upload.BodyException(brokenOff);
            }
        }
    }
}
