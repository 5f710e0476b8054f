package dev.strata.storage.directory;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Keeps a reserve free on a disk. Pushes are refused before the disk is really full, because the embedded database
 * closes itself when it cannot write, and would take the pulls with it.
 *
 * <p>A body that announces its length reserves that much before it begins, so that of many large bodies only those begin
 * that there is room for. A body that does not announce it reserves a little at a time.
 */
public final class Room {

    /** What a body of unknown length reserves at a time, and how often any other one looks at the disk again. */
    private static final int STEP = 1024 * 1024;

    private final FileStore disk;
    private final long reserve;
    /** Bytes that bodies under way have reserved and not written yet. */
    private long reserved;

    /** The room on the disk of the data directory. */
    public static Room on(DataDirectory directory, DataSize reserve) throws IOException {
        return new Room(Files.getFileStore(directory.root()), reserve.toBytes());
    }

    /** @param reserve bytes to leave free */
    Room(FileStore disk, long reserve) {
        this.disk = disk;
        this.reserve = reserve;
    }

    /** @throws RegistryException STORAGE_FULL where these bytes would eat into the reserve, or into what others reserved */
    public synchronized void require(long bytes) {
        if (available() < bytes) {
            throw full(bytes, null);
        }
    }

    /**
     * Begins a body.
     *
     * @param bytes how many it announces, 0 where it does not say
     * @throws RegistryException STORAGE_FULL
     */
    public synchronized Reservation reserve(long bytes) {
        require(bytes);
        reserved += bytes;
        return new Reservation(bytes);
    }

    private synchronized boolean tryReserve(long bytes) {
        if (available() < bytes) {
            return false;
        }
        reserved += bytes;
        return true;
    }

    private synchronized void giveBack(long bytes) {
        reserved -= bytes;
    }

    /** Says whether a failed write was for want of room. */
    public boolean isExhausted() {
        return usable() < STEP;
    }

    /** What is thrown where there is not so much. */
    public RegistryException full(long bytes, @Nullable IOException cause) {
        return new RegistryException(
                Problem.STORAGE_FULL,
                "the registry's disk is full",
                Map.of("needed", bytes, "usable", Math.max(0, available())),
                cause);
    }

    private synchronized long available() {
        return usable() - reserve - reserved;
    }

    private long usable() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The room of one body, used by one thread. What is left of it is free again when it is closed. */
    public final class Reservation implements AutoCloseable {

        private long left;
        private int unchecked;

        private Reservation(long bytes) {
            this.left = bytes;
        }

        /** @throws RegistryException STORAGE_FULL where these bytes cannot be written now */
        public void require(int bytes) {
            if (left < bytes) {
                extend(bytes);
            }
            unchecked += bytes;
            if (unchecked >= STEP) {
                unchecked = 0;
                // Others on this disk know nothing of what is reserved here.
                if (usable() - bytes < reserve) {
                    throw full(bytes, null);
                }
            }
        }

        private void extend(int bytes) {
            for (long wanted : new long[] {Math.max(STEP, bytes), bytes}) {
                if (tryReserve(wanted)) {
                    left += wanted;
                    return;
                }
            }
            throw full(bytes, null);
        }

        /** These bytes are on the disk now, which counts them itself. */
        public void written(int bytes) {
            left -= bytes;
            giveBack(bytes);
        }

        @Override
        public void close() {
            giveBack(left);
            left = 0;
        }
    }
}
