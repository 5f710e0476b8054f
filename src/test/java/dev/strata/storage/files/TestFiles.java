package dev.strata.storage.files;

import dev.strata.storage.BlobStore;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import dev.strata.storage.directory.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.springframework.util.unit.DataSize;

/** Stores of files, as tests open them. */
public final class TestFiles {

    private TestFiles() {}

    /** A store that has the directory for itself, and leaves room on its disk. */
    public static Opened open(Path directory, Disk disk, DataSize minFree, Clock clock) throws IOException {
        DataDirectory data = DataDirectory.open(directory);
        Room room = Room.on(data, minFree);
        return new Opened(new FileSystemBlobStore(data, disk, room, clock, UUID::randomUUID), data);
    }

    /** An open store. */
    public record Opened(BlobStore store, DataDirectory data) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            ((FileSystemBlobStore) store).close();
            data.close();
        }
    }
}
