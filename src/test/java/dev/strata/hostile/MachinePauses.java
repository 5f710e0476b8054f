package dev.strata.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * How long the machine itself keeps somebody waiting who writes and forces a few bytes: what a server on a busy machine
 * cannot help.
 */
final class MachinePauses implements AutoCloseable {

    private static final long PERIOD_MILLIS = 20;

    private final FileChannel file;
    private final Thread thread;
    private volatile boolean over;
    /** Each one's length in nanoseconds, by when it ended. */
    private final ConcurrentNavigableMap<Long, Long> pauses = new ConcurrentSkipListMap<>();

    private MachinePauses(FileChannel file) {
        this.file = file;
        this.thread = Thread.ofPlatform().daemon().name("machine-pauses").unstarted(this::look);
    }

    /** @param directory on the disk in question */
    static MachinePauses on(Path directory) throws IOException {
        MachinePauses pauses = new MachinePauses(FileChannel.open(
                directory.resolve("pauses"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        pauses.thread.start();
        return pauses;
    }

    private void look() {
        ByteBuffer page = ByteBuffer.allocateDirect(4_096);
        try {
            while (!over) {
                long begin = System.nanoTime();
                file.write(page.clear(), 0);
                file.force(true);
                Thread.sleep(PERIOD_MILLIS);
                long end = System.nanoTime();
                pauses.put(end, end - begin - PERIOD_MILLIS * 1_000_000);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The longest since then, that which is not over yet included. */
    long longestSince(long begin) {
        long now = System.nanoTime();
        long last = pauses.isEmpty() ? now : pauses.lastKey();
        long running = Math.max(0, now - last - 2 * PERIOD_MILLIS * 1_000_000);
        return Math.max(running, pauses.tailMap(begin).values().stream().mapToLong(pause -> pause).max().orElse(0));
    }

    @Override
    public void close() throws IOException {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
