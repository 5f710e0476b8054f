package dev.strata.storage;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a reserve free on a disk. Pushes are refused before the disk is really full, because the embedded database
 * closes itself when it cannot write, and would take the pulls with it.
 */
final class Room {

    private final FileStore disk;
    private final long reserve;

    /** @param reserve bytes to leave free */
    Room(FileStore disk, long reserve) {
        this.disk = disk;
        this.reserve = reserve;
    }

    /** @throws RegistryException STORAGE_FULL where these bytes would eat into the reserve */
    void require(long bytes) {
        long usable = usable();
        if (usable - bytes < reserve) {
            throw full(bytes, null);
        }
    }

    /** Says whether a failed write was for want of room. */
    boolean isExhausted() {
        return usable() < 1024 * 1024;
    }

    RegistryException full(long bytes, @Nullable IOException cause) {
        return new RegistryException(
                Problem.STORAGE_FULL,
                "the registry's disk is full",
                Map.of("needed", bytes, "usable", Math.max(0, usable() - reserve)),
                cause);
    }

    private long usable() {
        try {
            return disk.getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
