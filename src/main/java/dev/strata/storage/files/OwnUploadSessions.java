package dev.strata.storage.files;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.UploadId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Those of a directory that this process has for itself: after the start, all that there is to know is in memory. */
final class OwnUploadSessions implements UploadSessions {

    private final FileSystemBlobStore store;
    private final Path directory;
    private final Map<UploadId, FileSystemUpload> sessions = new ConcurrentHashMap<>();
    private final Set<UploadId> taken = ConcurrentHashMap.newKeySet();

    OwnUploadSessions(FileSystemBlobStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    @Override
    public FileSystemUpload create(UploadId id, String owner, DigestAlgorithm algorithm) throws IOException {
        SessionDirectory session = new SessionDirectory(directory.resolve(id.toString()));
        FileSystemUpload upload =
                FileSystemUpload.create(store, id, session, new SessionDirectory.Head(owner, algorithm));
        taken.add(id);
        sessions.put(id, upload);
        return upload;
    }

    @Override
    public FileSystemUpload take(String owner, UploadId id) {
        session(owner, id);
        if (!taken.add(id)) {
            throw id.busy();
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
    public void release(FileSystemUpload upload) {
        taken.remove(upload.id());
    }

    @Override
    public void forget(FileSystemUpload upload) {
        sessions.remove(upload.id());
    }

    @Override
    public int count() {
        return sessions.size();
    }

    @Override
    public int expire(Instant idleSince, Consumer<StoredBlob> abandoned) throws IOException {
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
    public BlobStore.Recovery recover(BiConsumer<String, StoredBlob> finish) throws IOException {
        int resumable = 0;
        int finished = 0;
        int discarded = 0;
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(directory)) {
            for (Path path : directories) {
                SessionDirectory session = new SessionDirectory(path);
                Optional<UploadId> id = session.id();
                Optional<FileSystemUpload> upload =
                        id.isPresent() ? FileSystemUpload.load(store, id.get(), session) : Optional.empty();
                Optional<StoredBlob> blob = upload.isPresent() ? session.moved(store.files()) : Optional.empty();
                if (blob.isPresent()) {
                    finish.accept(upload.get().owner(), blob.get());
                    session.delete();
                    finished++;
                } else if (upload.isPresent() && session.hasData() && !session.isTaken()) {
                    sessions.put(upload.get().id(), upload.get());
                    resumable++;
                } else {
                    session.delete();
                    discarded++;
                }
            }
        }
        return new BlobStore.Recovery(resumable, finished, discarded);
    }
}
