package dev.strata.storage.files;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.RegistryException;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import dev.strata.storage.UploadId;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Room;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;

/**
 * An upload session whose bytes are a file in its {@link SessionDirectory}.
 *
 * <p>The hash lives in memory while the process lives. After a restart it is computed again from the bytes that are
 * on the disk, because a stored hash would vouch for bytes that a power cut may have taken. Where processes share the
 * directory, each hashes the bytes that others appended from there, and forces its own before others can have the session.
 */
final class FileSystemUpload implements Upload {

    private static final int READ_AT_ONCE = 64 * 1024;

    private final FileSystemBlobStore store;
    private final UploadId id;
    private final SessionDirectory directory;
    private final SessionDirectory.Head head;
    /** Of the first {@code hashed} bytes; null before any is. Guarded by having the session, as {@code received} is. */
    private @Nullable MessageDigest digest;

    private long hashed;
    private volatile long received;
    /** Whether something was appended that is not forced. */
    private boolean isUnforced;

    private boolean isOver;

    private volatile Instant lastUse;
    /** The digest under which the bytes lie already; set where a commit came so far. */
    private @Nullable Digest moved;
    /** Keeps what was moved, while somebody has the session. */
    private BlobHolds.@Nullable Hold hold;

    FileSystemUpload(
            FileSystemBlobStore store,
            UploadId id,
            SessionDirectory directory,
            SessionDirectory.Head head,
            @Nullable MessageDigest digest,
            long received,
            Instant lastUse) {
        this.store = store;
        this.id = id;
        this.directory = directory;
        this.head = head;
        this.digest = digest;
        this.received = received;
        this.lastUse = lastUse;
    }

    static FileSystemUpload create(
            FileSystemBlobStore store, UploadId id, SessionDirectory directory, SessionDirectory.Head head)
            throws IOException {
        directory.create(head);
        return new FileSystemUpload(store, id, directory, head, head.algorithm().messageDigest(), 0, store.now());
    }

    /** Reads a session that an earlier process left; empty where it is not whole. */
    static Optional<FileSystemUpload> load(FileSystemBlobStore store, UploadId id, SessionDirectory directory)
            throws IOException {
        try {
            Optional<SessionDirectory.Head> head = directory.head();
            return head.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new FileSystemUpload(
                            store, id, directory, head.get(), null, directory.received(), directory.lastChange()));
        } catch (FileSystemException e) {
            return Optional.empty(); // it was closed just now
        }
    }

    /** Takes over what other processes made of it, and says whether it can be gone on with. */
    boolean catchUp() throws IOException {
        if (moved != null || directory.isTaken()) {
            return moved != null;
        }
        if (directory.hasData()) {
            received = directory.received();
            return true;
        }
        Optional<StoredBlob> blob = directory.moved(store.files());
        if (blob.isPresent()) {
            moved = blob.get().digest();
            received = blob.get().size();
        }
        return blob.isPresent();
    }

    @Override
    public UploadId id() {
        return id;
    }

    String owner() {
        return head.owner();
    }

    SessionDirectory directory() {
        return directory;
    }

    @Override
    public long received() {
        return received;
    }

    /** When somebody had the session last. */
    Instant lastUse() {
        return lastUse;
    }

    @Override
    public void append(InputStream body, long length) throws IOException {
        try (Room.Reservation room = store.reserve(Math.max(0, length))) {
            if (moved != null) {
                requireEmpty(body);
            } else {
                append(body, length, room);
            }
        }
    }

    private void append(InputStream body, long length, Room.Reservation room) throws IOException {
        MessageDigest running = digest();
        MessageDigest before = length < 0 ? running : DigestAlgorithm.copyOf(running);
        long start = received;
        try (FileChannel file = store.disk().open(directory.data(), StandardOpenOption.WRITE)) {
            file.position(start);
            isUnforced = true;
            write(body, file, running, room);
            if (length >= 0 && received - start != length) {
                long actual = received - start;
                takeBack(file, start);
                digest = before;
                hashed = start;
                throw new LengthException(length, actual);
            }
        }
    }

    /** Where it fails half-way the hash is ahead of the file, or the file of the disk: there is nothing to go on from. */
    private void write(InputStream body, FileChannel file, MessageDigest hash, Room.Reservation room)
            throws IOException {
        try {
            store.writer().transfer(body, file, hash, room, count -> received += count);
            hashed = received;
        } catch (BodyException e) {
            hashed = received;
            throw e;
        } catch (ContentWriter.ForceFailedException e) {
            discard();
            throw store.forceFailed(directory.data(), e);
        } catch (IOException e) {
            discard();
            throw store.writeFailed(e);
        } catch (RegistryException e) {
            discard();
            throw e;
        }
    }

    private void takeBack(FileChannel file, long start) throws IOException {
        try {
            file.truncate(start);
        } catch (IOException e) {
            discard(); // what stands behind would become part of the blob
            throw e;
        }
        received = start;
    }

    private void requireEmpty(InputStream body) throws IOException {
        if (body.read() >= 0) {
            throw id.closing();
        }
    }

    /** It is a file already. */
    @Override
    public void keep() {}

    @Override
    public Taken take(Path file) throws IOException {
        if (received != 0 || moved != null) {
            throw new IllegalStateException("Something was appended to this upload already");
        }
        Path data = directory.data();
        directory.markTaken();
        Files.delete(data);
        Taken how = store.take(file, data);
        received = Files.size(data);
        digest = null; // of its content, computed when it is committed
        hashed = 0;
        return how;
    }

    @Override
    public StoredBlob commit(Digest expected) throws IOException {
        store.disk().requireSound();
        StoredBlob blob = new StoredBlob(expected, received, DataDirectory.location(expected));
        if (moved != null) {
            // An earlier attempt came as far as this, and only its row is missing.
            if (!moved.equals(expected)) {
                throw new DigestException(expected, moved);
            }
            hold(expected);
            if (!store.has(blob)) {
                discard();
                throw id.unknown();
            }
            return blob;
        }
        Digest actual = expected.algorithm() == head.algorithm()
                ? Digest.ofBytes(DigestAlgorithm.copyOf(digest()).digest())
                : hashFile(expected.algorithm());
        if (!actual.equals(expected)) {
            discard();
            throw new DigestException(expected, actual);
        }
        forceData();
        directory.markClosing(expected);
        hold(expected);
        store.files().moveIntoPlace(directory.data(), blob);
        moved = expected;
        return blob;
    }

    private void hold(Digest digest) {
        if (hold == null) {
            hold = store.files().hold(digest);
        }
    }

    @Override
    public Optional<StoredBlob> committed() {
        Digest digest = moved;
        return digest == null ? Optional.empty() : Optional.of(new StoredBlob(digest, received, DataDirectory.location(digest)));
    }

    /** After this the bytes count wherever the session is gone on with. */
    private void forceForOthers() {
        if (!isUnforced || moved != null || isOver) {
            return;
        }
        try {
            forceData();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forceData() throws IOException {
        isUnforced = false;
        // What was taken may be another's, whom it is read from.
        StandardOpenOption access = directory.isTaken() ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel file = store.disk().open(directory.data(), access)) {
            file.force(true);
        } catch (IOException e) {
            discard(); // forced again it might seem to be durable
            throw store.forceFailed(directory.data(), e);
        }
    }

    @Override
    public void finish() throws IOException {
        discard();
    }

    @Override
    public void discard() throws IOException {
        isOver = true;
        store.forget(this);
    }

    @Override
    public void close() {
        try {
            if (store.isShared()) {
                forceForOthers();
            }
        } finally {
            leave();
        }
    }

    private void leave() {
        lastUse = store.now();
        BlobHolds.Hold held = hold;
        if (held != null) {
            hold = null;
            held.close();
        }
        store.release(this);
    }

    /** Of all bytes that have arrived. */
    private MessageDigest digest() throws IOException {
        MessageDigest current = digest;
        if (current == null || hashed > received) {
            current = head.algorithm().messageDigest();
            hashed = 0;
        }
        if (hashed < received) {
            digest = null; // until it has all of them
            updateFromFile(current, hashed);
        }
        digest = current;
        hashed = received;
        return current;
    }

    private Digest hashFile(DigestAlgorithm other) throws IOException {
        MessageDigest hash = other.messageDigest();
        updateFromFile(hash, 0);
        return Digest.ofBytes(hash.digest());
    }

    private void updateFromFile(MessageDigest hash, long from) throws IOException {
        try (FileChannel file = FileChannel.open(directory.data(), StandardOpenOption.READ)) {
            file.position(from);
            DigestUtils.updateDigest(hash, new BufferedInputStream(Channels.newInputStream(file), READ_AT_ONCE));
        }
    }
}
