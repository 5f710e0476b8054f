package dev.strata.savings.report;

import dev.strata.memory.MemoryBudget.Share;
import java.util.Arrays;

/** A count for each of many objects, in little memory: an open-addressing table of numbers. */
final class ObjectCounts {

    private static final int SMALLEST = 1 << 10;
    private static final long FREE = -1;
    private static final int BYTES_AN_ENTRY = Long.BYTES + Integer.BYTES;

    private final Share memory;
    private long[] objects = new long[SMALLEST];
    private int[] counts = new int[SMALLEST];
    private int size;

    /** @param memory what it takes is taken there before */
    ObjectCounts(Share memory) {
        this.memory = memory;
        Arrays.fill(objects, FREE);
    }

    int size() {
        return size;
    }

    void add(long object, int count) {
        if (2 * size >= objects.length) {
            grow();
        }
        int at = position(object);
        if (objects[at] == FREE) {
            objects[at] = object;
            size++;
        }
        counts[at] += count;
    }

    /** 0 where nothing was counted. */
    int of(long object) {
        return counts[position(object)];
    }

    long[] objects() {
        return Arrays.stream(objects).filter(object -> object != FREE).sorted().toArray();
    }

    private int position(long object) {
        int mask = objects.length - 1;
        int at = (int) (object * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (objects[at] != FREE && objects[at] != object) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void grow() {
        long[] before = objects;
        int[] beforeCounts = counts;
        memory.grow(2L * before.length * BYTES_AN_ENTRY + (long) size * Long.BYTES);
        objects = new long[2 * before.length];
        counts = new int[objects.length];
        Arrays.fill(objects, FREE);
        for (int i = 0; i < before.length; i++) {
            if (before[i] != FREE) {
                int at = position(before[i]);
                objects[at] = before[i];
                counts[at] = beforeCounts[i];
            }
        }
    }
}
