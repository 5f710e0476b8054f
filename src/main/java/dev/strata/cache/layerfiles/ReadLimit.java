package dev.strata.cache.layerfiles;

import dev.strata.memory.MemoryBudget;

/** How much of the tables of layers is read and kept for one request, however much they have. */
public final class ReadLimit implements AutoCloseable {

    /** Entries. A second or two passes until so many are read. */
    private static final long MOST_READ = 3_000_000;

    /** What an entry takes besides the characters of its path, in several maps. */
    private static final long ENTRY_BYTES = 400;

    private final MemoryBudget.Share memory;
    private long left = MOST_READ;

    ReadLimit(MemoryBudget memory) {
        this.memory = memory.take(0, "contents");
    }

    void read(long entries) throws UnclearFilesException {
        left -= entries;
        if (left < 0) {
            throw new UnclearFilesException("too much to read");
        }
    }

    /** Takes the memory of an entry; says whether there is enough. */
    boolean keeps(LayerFile file) {
        return memory.growIfSpare(ENTRY_BYTES + 4L * (file.path().length() + file.target().length()));
    }

    /** What was kept for one question is not needed any more. */
    void forget() {
        memory.shrinkTo(0);
    }

    @Override
    public void close() {
        memory.close();
    }
}
