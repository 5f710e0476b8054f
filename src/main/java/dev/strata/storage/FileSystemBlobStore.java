package dev.strata.storage;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/** Blobs as files in a {@link DataDirectory}, one file a digest. */
final class FileSystemBlobStore implements BlobStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FileSystemBlobStore.class);

    /** File systems on which Java's copy of a file shares its bytes. */
    private static final Set<String> CLONING = Set.of("btrfs", "bcachefs");

    private static final int CHECKED_AT_ONCE = 256 * 1024;

    private final DataDirectory directory;
    private final Disk disk;
    private final Room room;
    private final boolean clones;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final ContentWriter writer;
    private final Map<UploadId, FileSystemUpload> sessions = new ConcurrentHashMap<>();
    private final BlobHolds holds = new BlobHolds();
    /** Read-held for each deletion. */
    private final ReentrantReadWriteLock deleting = new ReentrantReadWriteLock();
    private final Set<UploadId> taken = ConcurrentHashMap.newKeySet();
    /** Held for a rename at most: a healed blob must not be set aside for the broken one that it replaces. */
    private final Object placing = new Object();

    FileSystemBlobStore(DataDirectory directory, Disk disk, long minFree, Clock clock, Supplier<UUID> ids)
            throws IOException {
        this.directory = directory;
        this.disk = disk;
        FileStore fileSystem = Files.getFileStore(directory.root());
        this.room = new Room(fileSystem, minFree);
        this.clones = CLONING.contains(fileSystem.type());
        this.clock = clock;
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

    @Override
    public Optional<BlobContent> find(StoredBlob blob) throws IOException {
        Path file = file(blob.location());
        try {
            if (Files.size(file) != blob.size()) {
                setAside(blob, file);
            }
            if (Files.size(file) == blob.size()) { // it may have been healed meanwhile
                return Optional.of(new FileContent(file, blob.size()));
            }
        } catch (NoSuchFileException e) {
            log.debug("The bytes of {} are not there", blob.digest()); // whoever has a row for them knows what that means
        }
        return Optional.empty();
    }

    @Override
    public boolean has(StoredBlob blob) {
        return Files.exists(file(blob.location()));
    }

    BlobHolds.Hold hold(Digest digest) {
        return holds.share(digest);
    }

    @Override
    public Kept keepAll() {
        ReentrantReadWriteLock.WriteLock alone = deleting.writeLock();
        alone.lock();
        return alone::unlock;
    }

    @Override
    public Deletion delete(StoredBlob blob, BooleanSupplier isWanted) throws IOException {
        disk.requireSound();
        if (!deleting.readLock().tryLock()) {
            return Deletion.BUSY;
        }
        try {
            return deleteNow(blob, isWanted);
        } finally {
            deleting.readLock().unlock();
        }
    }

    private Deletion deleteNow(StoredBlob blob, BooleanSupplier isWanted) throws IOException {
        try (BlobHolds.Hold alone = holds.tryTakeAlone(blob.digest())) {
            if (alone == null) {
                return Deletion.BUSY;
            }
            if (isWanted.getAsBoolean()) {
                return Deletion.WANTED;
            }
            synchronized (placing) {
                disk.delete(file(blob.location()));
            }
        } catch (NoSuchFileException e) {
            log.debug("{} had been deleted before", blob.digest());
        }
        return Deletion.DELETED;
    }

    @Override
    public void forceDeletions(Collection<StoredBlob> deleted) {
        deleted.stream()
                .map(blob -> file(blob.location()).getParent())
                .distinct()
                .filter(Files::isDirectory)
                .forEach(disk::forceNames);
    }

    private void setAside(StoredBlob blob, Path file) throws IOException {
        synchronized (placing) {
            long size = Files.size(file);
            if (size == blob.size()) {
                return;
            }
            String name = directory.setAside(blob.digest(), clock.millis());
            disk.move(file, directory.broken().resolve(name));
            log.error(
                    "{} has {} bytes instead of {}: set aside as broken/{}; pushing it again heals it",
                    blob.digest(),
                    size,
                    blob.size(),
                    name);
        }
    }

    @Override
    public Condition check(StoredBlob blob, IntConsumer read) throws IOException {
        Path file = file(blob.location());
        try {
            while (true) {
                BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
                if (before.size() == blob.size() && digest(file, blob.digest().algorithm(), read).equals(blob.digest())) {
                    return Condition.SOUND;
                }
                if (setAsideUnlessHealed(blob, file, before)) {
                    return Condition.BROKEN;
                }
            }
        } catch (NoSuchFileException e) {
            return Condition.MISSING;
        } catch (ClosedByInterruptException e) {
            throw e; // of the one who checks, not of the file
        } catch (IOException e) {
            log.error("{} cannot be read; pushing it again heals it", blob.digest(), e);
            return Condition.UNREADABLE;
        }
    }

    private static Digest digest(Path file, DigestAlgorithm algorithm, IntConsumer read) throws IOException {
        MessageDigest hash = algorithm.messageDigest();
        byte[] part = new byte[CHECKED_AT_ONCE];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                hash.update(part, 0, count);
                read.accept(count);
            }
        }
        return Digest.ofBytes(hash.digest());
    }

    /** A push may have replaced what was read. Says whether it had not. */
    private boolean setAsideUnlessHealed(StoredBlob blob, Path file, BasicFileAttributes before) throws IOException {
        synchronized (placing) {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            if (!Objects.equals(now.fileKey(), before.fileKey()) || !now.lastModifiedTime().equals(before.lastModifiedTime())) {
                return false;
            }
            String name = directory.setAside(blob.digest(), clock.millis());
            disk.move(file, directory.broken().resolve(name));
            log.error("{} has other bytes than its digest says: set aside as broken/{}; pushing it again heals it", blob.digest(), name);
            return true;
        }
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

    /** The blob under a digest as its file stands; its bytes were checked and forced before they came there. */
    Optional<StoredBlob> committed(Digest digest) throws IOException {
        try {
            return Optional.of(new StoredBlob(digest, Files.size(file(location(digest))), location(digest)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
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

    String location(Digest digest) {
        return DataDirectory.location(digest);
    }

    void moveIntoPlace(Path data, StoredBlob blob) throws IOException {
        Path file = file(blob.location());
        disk.createDirectory(file.getParent());
        synchronized (placing) {
            disk.move(data, file);
        }
        disk.forceNames(file.getParent());
    }

    private Path file(String location) {
        return directory.blobs().resolve(location);
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

    private record FileContent(Path path, long size) implements BlobContent.LocalFile {

        @Override
        public InputStream openFrom(long offset) throws IOException {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                channel.position(offset);
                return Channels.newInputStream(channel);
            } catch (IOException e) {
                try (channel) {
                    throw e;
                }
            }
        }
    }
}
