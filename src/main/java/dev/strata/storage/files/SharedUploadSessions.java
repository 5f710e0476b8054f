package dev.strata.storage.files;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.UploadId;
import dev.strata.storage.directory.FileLocks;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Those of a directory that several processes share: the directory says what there is, and each request may come to another
 * process. One of them has a session at a time, by a lock that ends with the process. What a process remembers of a session
 * is the hash of the bytes that it has seen; it reads those that others appended when it has the session again.
 */
final class SharedUploadSessions implements UploadSessions {

    /** Behind all other places of {@link FileLocks}. */
    private static final long FIRST_PLACE = BlobHolds.PLACES;

    private final FileSystemBlobStore store;
    private final Path directory;
    private final FileLocks locks;
    /** What this process has; the lock of one that is just being taken or given back is not there. */
    private final Map<UploadId, Optional<FileLocks.Held>> taken = new ConcurrentHashMap<>();

    private final Map<UploadId, FileSystemUpload> seen = new ConcurrentHashMap<>();

    SharedUploadSessions(FileSystemBlobStore store, Path directory, FileLocks locks) {
        this.store = store;
        this.directory = directory;
        this.locks = locks;
    }

    @Override
    public FileSystemUpload create(UploadId id, String owner, DigestAlgorithm algorithm) throws IOException {
        if (!tryTake(id)) {
            throw id.busy(); // by another session whose id comes to the same lock
        }
        boolean isCreated = false;
        try {
            FileSystemUpload upload =
                    FileSystemUpload.create(store, id, session(id), new SessionDirectory.Head(owner, algorithm));
            seen.put(id, upload);
            isCreated = true;
            return upload;
        } finally {
            if (!isCreated) {
                giveBack(id);
            }
        }
    }

    @Override
    public FileSystemUpload take(String owner, UploadId id) throws IOException {
        find(owner, id); // who may not have it does not learn that somebody else has it
        if (!tryTake(id)) {
            throw id.busy();
        }
        boolean isWhole = false;
        try {
            FileSystemUpload there = find(owner, id); // it may have been closed before it could be taken
            FileSystemUpload upload = seen.computeIfAbsent(id, same -> there);
            upload.catchUp();
            isWhole = true;
            return upload;
        } finally {
            if (!isWhole) {
                giveBack(id);
            }
        }
    }

    @Override
    public long received(String owner, UploadId id) throws IOException {
        return find(owner, id).received();
    }

    private FileSystemUpload find(String owner, UploadId id) throws IOException {
        return load(session(id))
                .filter(upload -> upload.owner().equals(owner))
                .orElseThrow(id::unknown);
    }

    /** A session that can be gone on with. */
    private Optional<FileSystemUpload> load(SessionDirectory session) throws IOException {
        Optional<UploadId> id = session.id();
        Optional<FileSystemUpload> upload =
                id.isPresent() ? FileSystemUpload.load(store, id.get(), session) : Optional.empty();
        try {
            return upload.isPresent() && upload.get().catchUp() ? upload : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty(); // it was closed just now
        }
    }

    private SessionDirectory session(UploadId id) {
        return new SessionDirectory(directory.resolve(id.toString()));
    }

    private boolean tryTake(UploadId id) {
        if (taken.putIfAbsent(id, Optional.empty()) != null) {
            return false;
        }
        FileLocks.@Nullable Held held = null;
        try {
            held = locks.tryTakeAlone(place(id));
        } finally {
            if (held == null) {
                taken.remove(id);
            } else {
                taken.put(id, Optional.of(held));
            }
        }
        return held != null;
    }

    /** The ids are random: no two of those that there are at a time have the same place. */
    private static long place(UploadId id) {
        long number = id.value().getMostSignificantBits() ^ id.value().getLeastSignificantBits();
        return FIRST_PLACE + (number & Long.MAX_VALUE >> 1);
    }

    private void giveBack(UploadId id) {
        Optional<FileLocks.Held> held = taken.getOrDefault(id, Optional.empty());
        held.ifPresent(FileLocks.Held::close);
        taken.remove(id);
    }

    @Override
    public void release(FileSystemUpload upload) {
        giveBack(upload.id());
    }

    @Override
    public void forget(FileSystemUpload upload) {
        seen.remove(upload.id());
    }

    @Override
    public int count() throws IOException {
        try (Stream<Path> sessions = Files.list(directory)) {
            return (int) sessions.count();
        }
    }

    @Override
    public int expire(Instant idleSince, Consumer<StoredBlob> abandoned) throws IOException {
        seen.keySet().removeIf(id -> !Files.exists(session(id).path()) && !taken.containsKey(id));
        int expired = 0;
        for (SessionDirectory session : sessions()) {
            expired += isIdle(session, idleSince) && expire(session, idleSince, abandoned) ? 1 : 0;
        }
        return expired;
    }

    private boolean expire(SessionDirectory session, Instant idleSince, Consumer<StoredBlob> abandoned) throws IOException {
        Optional<UploadId> id = session.id();
        if (id.isEmpty() || !tryTake(id.get())) {
            return false;
        }
        try {
            // Looked at once more, now that nobody can use it.
            if (!isIdle(session, idleSince)) {
                return false;
            }
            Optional<FileSystemUpload> upload = load(session);
            if (upload.isPresent()) {
                upload.get().committed().ifPresent(abandoned);
            }
            seen.remove(id.get());
            return session.delete();
        } finally {
            giveBack(id.get());
        }
    }

    private static boolean isIdle(SessionDirectory session, Instant since) throws IOException {
        try {
            return session.lastChange().isBefore(since);
        } catch (NoSuchFileException e) {
            return false; // it is closed
        }
    }

    private List<SessionDirectory> sessions() throws IOException {
        List<SessionDirectory> sessions = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            all.forEach(path -> sessions.add(new SessionDirectory(path)));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return sessions;
    }

    /** What another process has is left to it; what nobody has is nobody's any more. */
    @Override
    public BlobStore.Recovery recover(BiConsumer<String, StoredBlob> finish) throws IOException {
        int resumable = 0;
        int finished = 0;
        int discarded = 0;
        for (SessionDirectory session : sessions()) {
            Optional<UploadId> id = session.id();
            if (id.isEmpty() || !tryTake(id.get())) {
                continue;
            }
            try {
                Optional<FileSystemUpload> upload = load(session);
                if (upload.isEmpty()) {
                    session.delete();
                    discarded++;
                } else if (upload.get().committed().isPresent()) {
                    finish(upload.get().owner(), upload.get().committed().get(), finish);
                    session.delete();
                    finished++;
                } else {
                    resumable++;
                }
            } finally {
                giveBack(id.get());
            }
        }
        return new BlobStore.Recovery(resumable, finished, discarded);
    }

    /** Unless somebody deletes the bytes meanwhile, to which no row pointed. */
    private void finish(String owner, StoredBlob blob, BiConsumer<String, StoredBlob> finish) {
        try (BlobHolds.Hold _ = store.files().hold(blob.digest())) {
            if (store.has(blob)) {
                finish.accept(owner, blob);
            }
        }
    }
}
