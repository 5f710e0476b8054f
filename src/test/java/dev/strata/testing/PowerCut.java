package dev.strata.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a power cut leaves of a file: what was forced, and nothing of what a failed force may have dropped. */
final class PowerCut {

    /** A write to a place; a truncation where it has no bytes. */
    private record Change(long position, byte[] bytes) {}

    private final List<Change> unforced = new ArrayList<>();
    /** As many bytes as the size says, and room for more: large files are written in many small pieces. */
    private byte[] forced = new byte[0];
    private int size;

    synchronized void write(long position, byte[] bytes) {
        unforced.add(new Change(position, bytes));
    }

    synchronized void truncate(long size) {
        unforced.add(new Change(size, new byte[0]));
    }

    synchronized void forced(boolean succeeded) {
        if (succeeded) {
            unforced.forEach(this::apply);
        }
        unforced.clear();
    }

    private void apply(Change change) {
        int position = Math.toIntExact(change.position());
        if (change.bytes().length == 0) {
            int end = Math.min(size, position);
            Arrays.fill(forced, end, size, (byte) 0);
            size = end;
            return;
        }
        int end = position + change.bytes().length;
        if (end > forced.length) {
            forced = Arrays.copyOf(forced, Math.max(end, 2 * forced.length));
        }
        System.arraycopy(change.bytes(), 0, forced, position, change.bytes().length);
        size = Math.max(size, end);
    }

    synchronized byte[] content() {
        return Arrays.copyOf(forced, size);
    }
}
