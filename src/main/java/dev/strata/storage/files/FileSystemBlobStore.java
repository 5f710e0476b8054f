package dev.strata.storage.files;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import dev.strata.storage.UploadId;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import dev.strata.storage.directory.Room;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blobs as files in a {@link DataDirectory}: takes uploads, and gives what is stored. */
final class FileSystemBlobStore implements BlobStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FileSystemBlobStore.class);

    /** File systems on which Java's copy of a file shares its bytes. */
    private static final Set<String> CLONING = Set.of("btrfs", "bcachefs");

    private final DataDirectory directory;
    private final Disk disk;
    private final Room room;
    private final boolean clones;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final ContentWriter writer;
    private final UploadSessions sessions;
    private final BlobFiles files;

    FileSystemBlobStore(DataDirectory directory, Disk disk, Room room, Clock clock, Supplier<UUID> ids)
            throws IOException {
        this.directory = directory;
        this.disk = disk;
        this.room = room;
        this.clones = CLONING.contains(Files.getFileStore(directory.root()).type());
        this.clock = clock;
        this.files = new BlobFiles(directory, disk, clock);
        this.sessions = directory.locks().isPresent()
                ? new SharedUploadSessions(this, directory.uploads(), directory.locks().get())
                : new OwnUploadSessions(this, directory.uploads());
        this.ids = ids;
        this.writer = new ContentWriter();
    }

    @Override
    public Upload create(String owner, DigestAlgorithm algorithm) throws IOException {
        requireRoom(0);
        return sessions.create(new UploadId(ids.get()), owner, algorithm);
    }

    @Override
    public Upload open(String owner, UploadId id) throws IOException {
        return sessions.take(owner, id);
    }

    @Override
    public long received(String owner, UploadId id) throws IOException {
        return sessions.received(owner, id);
    }

    /** Whether other processes have the directory too. */
    boolean isShared() {
        return directory.locks().isPresent();
    }

    /** The files of what is stored. */
    BlobFiles files() {
        return files;
    }

    @Override
    public Optional<BlobContent> find(StoredBlob blob) throws IOException {
        return files.find(blob);
    }

    @Override
    public boolean has(StoredBlob blob) {
        return files.has(blob);
    }

    @Override
    public Kept keepAll() {
        return files.keepAll();
    }

    @Override
    public Deletion delete(StoredBlob blob, BooleanSupplier isWanted) throws IOException {
        return files.delete(blob, isWanted);
    }

    @Override
    public void forceDeletions(Collection<StoredBlob> deleted) {
        files.forceDeletions(deleted);
    }

    @Override
    public Condition check(StoredBlob blob, IntConsumer read) throws IOException {
        return files.check(blob, read);
    }

    @Override
    public void requireRoom(long bytes) {
        disk.requireSound();
        room.require(bytes);
    }

    Room.Reservation reserve(long bytes) {
        disk.requireSound();
        return room.reserve(bytes);
    }

    @Override
    public int expireUploads(Instant idleSince, Consumer<StoredBlob> abandoned) throws IOException {
        return sessions.expire(idleSince, abandoned);
    }

    @Override
    public boolean isEmpty() throws IOException {
        return files.isEmpty();
    }

    @Override
    public int uploads() {
        try {
            return sessions.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Recovery recover(BiConsumer<String, StoredBlob> finish, Predicate<String> isBlob) throws IOException {
        Recovery recovery = sessions.recover(finish);
        if (!isShared()) {
            deleteProbes(); // nobody else is just making one
        }
        return recovery;
    }

    private void deleteProbes() throws IOException {
        try (DirectoryStream<Path> probes = Files.newDirectoryStream(directory.root(), "probe-*")) {
            for (Path probe : probes) {
                Files.delete(probe);
            }
        }
    }

    @Override
    public void probe() throws IOException {
        Optional<String> failure = disk.failure();
        if (failure.isPresent()) {
            throw new IOException("The disk failed: " + failure.get());
        }
        Path probe = Files.createTempFile(directory.root(), "probe-", "");
        try {
            Files.write(probe, new byte[] {42});
            if (Files.readAllBytes(probe).length != 1) {
                throw new IOException("A byte that was written to " + directory.root() + " could not be read again");
            }
        } finally {
            Files.delete(probe);
        }
    }

    ContentWriter writer() {
        return writer;
    }

    Disk disk() {
        return disk;
    }

    Instant now() {
        return clock.instant();
    }

    /** Puts a file's bytes under another name too. */
    Upload.Taken take(Path file, Path data) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString(), null, "it is no regular file");
        }
        if (!clones) {
            try {
                Files.createLink(data, file);
                return Upload.Taken.LINKED;
            } catch (FileSystemException | UnsupportedOperationException e) {
                log.debug("{} cannot be linked, and is copied", file, e); // it is on another disk, or another's
            }
        }
        try (Room.Reservation _ = reserve(Files.size(file))) {
            Files.copy(file, data, LinkOption.NOFOLLOW_LINKS);
        }
        return Upload.Taken.COPIED;
    }

    /** What to throw when bytes of an upload could not be written. */
    IOException writeFailed(IOException cause) {
        if (room.isExhausted()) {
            throw room.full(0, cause);
        }
        return cause;
    }

    /** What to throw when bytes of an upload could not be forced: where there was room for them, the disk is at fault. */
    RegistryException forceFailed(Path data, IOException cause) {
        return room.isExhausted()
                ? room.full(0, cause)
                : disk.failed(data + " could not be forced to the disk", cause);
    }

    void forget(FileSystemUpload upload) throws IOException {
        sessions.forget(upload);
        upload.directory().delete();
    }

    void release(FileSystemUpload upload) {
        sessions.release(upload);
    }

    @Override
    public void close() {
        writer.close();
    }
}
