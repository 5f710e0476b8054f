package dev.strata.storage;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

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
    private final Map<UploadId, FileSystemUpload> sessions = new ConcurrentHashMap<>();
    private final BlobFiles files;
    private final Set<UploadId> taken = ConcurrentHashMap.newKeySet();

    FileSystemBlobStore(DataDirectory directory, Disk disk, long minFree, Clock clock, Supplier<UUID> ids)
            throws IOException {
        this.directory = directory;
        this.disk = disk;
        FileStore fileSystem = Files.getFileStore(directory.root());
        this.room = new Room(fileSystem, minFree);
        this.clones = CLONING.contains(fileSystem.type());
        this.clock = clock;
        this.files = new BlobFiles(directory, disk, clock);
        this.ids = ids;
        this.writer = new ContentWriter();
    }

    @Override
    public Upload create(String owner, DigestAlgorithm algorithm) throws IOException {
        requireRoom(0);
        UploadId id = new UploadId(ids.get());
        FileSystemUpload upload =
                FileSystemUpload.create(this, id, owner, algorithm, directory.uploads().resolve(id.toString()));
        taken.add(id);
        sessions.put(id, upload);
        return upload;
    }

    @Override
    public Upload open(String owner, UploadId id) {
        session(owner, id);
        if (!taken.add(id)) {
            throw new RegistryException(
                    Problem.UPLOAD_BUSY, "another request is writing to this upload", Map.of("upload", id.toString()));
        }
        try {
            return session(owner, id); // it may have been closed before it could be taken
        } catch (RegistryException e) {
            taken.remove(id);
            throw e;
        }
    }

    @Override
    public long received(String owner, UploadId id) {
        return session(owner, id).received();
    }

    private FileSystemUpload session(String owner, UploadId id) {
        FileSystemUpload upload = sessions.get(id);
        if (upload == null || !upload.owner().equals(owner)) {
            throw id.unknown();
        }
        return upload;
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
        int expired = 0;
        for (FileSystemUpload upload : sessions.values()) {
            if (upload.lastUse().isBefore(idleSince) && taken.add(upload.id())) {
                try (upload) {
                    // Looked at once more, now that nobody can use it.
                    if (upload.lastUse().isBefore(idleSince)) {
                        upload.committed().ifPresent(abandoned);
                        upload.discard();
                        expired++;
                    }
                }
            }
        }
        return expired;
    }

    @Override
    public int uploads() {
        return sessions.size();
    }

    @Override
    public Recovery recover(BiConsumer<String, StoredBlob> finish) throws IOException {
        int resumable = 0;
        int finished = 0;
        int discarded = 0;
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(directory.uploads())) {
            for (Path session : directories) {
                Optional<UploadId> id = UploadId.find(session.getFileName().toString());
                Optional<FileSystemUpload> upload =
                        id.isPresent() ? FileSystemUpload.load(this, id.get(), session) : Optional.empty();
                Optional<StoredBlob> blob = upload.isPresent() ? upload.get().moved() : Optional.empty();
                if (blob.isPresent()) {
                    finish.accept(upload.get().owner(), blob.get());
                    FileSystemUtils.deleteRecursively(session);
                    finished++;
                } else if (upload.isPresent() && upload.get().hasData() && !upload.get().isTaken()) {
                    sessions.put(upload.get().id(), upload.get());
                    resumable++;
                } else {
                    FileSystemUtils.deleteRecursively(session);
                    discarded++;
                }
            }
        }
        deleteProbes();
        return new Recovery(resumable, finished, discarded);
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
        sessions.remove(upload.id());
        FileSystemUtils.deleteRecursively(upload.directory());
    }

    void release(FileSystemUpload upload) {
        taken.remove(upload.id());
    }

    @Override
    public void close() {
        writer.close();
    }
}
