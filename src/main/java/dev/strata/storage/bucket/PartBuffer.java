package dev.strata.storage.bucket;

import dev.strata.memory.MemoryBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to the store, which can be read more than once: a request that fails is repeated. They are in memory
 * while there is plenty of it, and beyond that in a file, which nobody forces and which is gone with the process: a client
 * that sends slowly must not keep memory from others.
 */
final class PartBuffer implements AutoCloseable {

    private static final int BLOCK = 64 * 1024;

    private final MemoryBudget.Share memory;
    private final Path directory;
    private final List<byte[]> blocks = new ArrayList<>();
    private @Nullable FileChannel file;
    /** How many bytes are in the blocks; the rest is in the file. */
    private long inMemory;
    private long size;

    /** @param directory where its file lies, if it needs one */
    PartBuffer(MemoryBudget budget, Path directory) {
        this.memory = budget.take(0, "uploads");
        this.directory = directory;
    }

    long size() {
        return size;
    }

    void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            int written = file == null && hasRoom() ? writeToBlock(bytes, from, left) : writeToFile(bytes, from, left);
            from += written;
            left -= written;
            size += written;
        }
    }

    private boolean hasRoom() {
        if (inMemory < (long) blocks.size() * BLOCK) {
            return true;
        }
        boolean granted = memory.growIfSpare(BLOCK);
        if (granted) {
            blocks.add(new byte[BLOCK]);
        }
        return granted;
    }

    private int writeToBlock(byte[] bytes, int offset, int count) {
        int at = (int) (inMemory % BLOCK);
        int written = Math.min(count, BLOCK - at);
        System.arraycopy(bytes, offset, blocks.get((int) (inMemory / BLOCK)), at, written);
        inMemory += written;
        return written;
    }

    private int writeToFile(byte[] bytes, int offset, int count) throws IOException {
        FileChannel open = file;
        if (open == null) {
            Path path = Files.createTempFile(directory, "part-", "");
            open = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            file = open;
        }
        return open.write(ByteBuffer.wrap(bytes, offset, count), size - inMemory);
    }

    /** Forgets what stands behind so many bytes. */
    void truncate(long length) {
        size = length;
        if (length <= inMemory && file != null) {
            closeFile();
        }
        inMemory = Math.min(inMemory, length);
    }

    /** Reads all bytes; it can be done again, and nothing is written meanwhile. */
    InputStream open() {
        List<InputStream> parts = new ArrayList<>();
        long left = inMemory;
        for (byte[] block : blocks) {
            int count = (int) Math.min(BLOCK, left);
            parts.add(new ByteArrayInputStream(block, 0, count));
            left -= count;
        }
        FileChannel open = file;
        if (open != null) {
            parts.add(new FileBytes(open, size - inMemory));
        }
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    private void closeFile() {
        try (FileChannel _ = file) {
            file = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closeFile();
        blocks.clear();
        inMemory = 0;
        size = 0;
        memory.close();
    }

    /** Reads at positions of its own: a reader that was given up may still be there. */
    private static final class FileBytes extends InputStream {

        private final FileChannel file;
        private final long end;
        private long position;

        FileBytes(FileChannel file, long end) {
            this.file = file;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int count) throws IOException {
            if (position >= end) {
                return -1;
            }
            int wanted = (int) Math.min(count, end - position);
            int read = file.read(ByteBuffer.wrap(bytes, offset, wanted), position);
            position += Math.max(0, read);
            return read;
        }
    }
}
