package dev.strata.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a power cut leaves of a file: what was forced, and nothing of what a failed force may have dropped. */
final class PowerCut {

    /** A write to a place; a truncation where it has no bytes. */
    private record Change(long position, byte[] bytes) {}

    private final List<Change> unforced = new ArrayList<>();
    private byte[] forced = new byte[0];

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
            forced = Arrays.copyOf(forced, Math.min(forced.length, position));
            return;
        }
        forced = Arrays.copyOf(forced, Math.max(forced.length, position + change.bytes().length));
        System.arraycopy(change.bytes(), 0, forced, position, change.bytes().length);
    }

    synchronized byte[] content() {
        return forced.clone();
    }
}
