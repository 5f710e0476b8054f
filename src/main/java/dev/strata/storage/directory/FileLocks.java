package dev.strata.storage.directory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Locks between the processes that share a data directory: bytes of a file, which need not have them. The kernel takes them
 * back when a process ends, however that happens. They do not hold between the threads of one process: whoever takes one has
 * seen to that.
 */
public final class FileLocks {

    private static final Duration PAUSE = Duration.ofMillis(2);

    private final FileChannel file;

    FileLocks(FileChannel file) {
        this.file = file;
    }

    /** Of some lock. Released once. */
    public interface Held extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Has it with others. It waits for whoever has it alone, and asks again and again: the kernel takes two processes whose
     * threads wait for each other's other threads for a deadlock.
     */
    public Held share(long place) {
        Held held = tryShare(place);
        while (held == null) {
            LockSupport.parkNanos(PAUSE.toNanos());
            held = tryShare(place);
        }
        return held;
    }

    /** The same; null where somebody has it alone. */
    public @Nullable Held tryShare(long place) {
        return tryTake(place, true);
    }

    /** Has it alone; null where somebody else has it. */
    public @Nullable Held tryTakeAlone(long place) {
        return tryTake(place, false);
    }

    private @Nullable Held tryTake(long place, boolean isShared) {
        try {
            FileLock lock = file.tryLock(place, 1, isShared);
            return lock == null ? null : () -> release(lock);
        } catch (IOException e) {
            throw new UncheckedIOException("The data directory cannot be locked", e);
        }
    }

    private static void release(FileLock lock) {
        try {
            lock.release();
        } catch (IOException e) {
            throw new UncheckedIOException("A lock of the data directory cannot be given back", e);
        }
    }
}
