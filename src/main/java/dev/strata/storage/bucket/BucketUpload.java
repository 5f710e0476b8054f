package dev.strata.storage.bucket;

import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.Upload;
import dev.strata.storage.UploadId;
import dev.strata.storage.bucket.UploadState.Tail;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * An upload session in the hands of a request.
 *
 * <p>What arrives is collected until it is a part, and parts are sent while the next one arrives. What is no whole part
 * when the request ends is kept as an object of its own: so another replica can go on. Where there is no part, that object
 * is the blob already. The row counts what the store has acknowledged, and nothing else.
 */
final class BucketUpload implements Upload {

    private static final int READ_AT_ONCE = 64 * 1024;
    private static final int PARTS_AT_ONCE = 3;

    private final BucketBlobStore store;
    private final UploadTable table;
    private final Bucket bucket;
    private final String holder;
    /** What the row says. */
    private UploadState saved;
    private long received;
    private RunningHash hash;
    private final Deque<PartUnderWay> underWay = new ArrayDeque<>();
    /** What arrived behind the last part, the tail among it; null while nothing else did. */
    private @Nullable PartBuffer pending;

    BucketUpload(BucketBlobStore store, UploadState state, String holder) {
        this.store = store;
        this.table = store.table();
        this.bucket = store.bucket();
        this.holder = holder;
        this.saved = state;
        this.received = state.received();
        this.hash = RunningHash.of(state.algorithm(), state.hash(), state.received());
    }

    /** @param after how the upload stands when the store has it */
    private record PartUnderWay(PartBuffer content, Future<Bucket.Part> part, UploadState after) {}

    @Override
    public UploadId id() {
        return saved.id();
    }

    String owner() {
        return saved.owner();
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public void expectChunks() {
        if (received == 0) {
            hash = RunningHash.beginChunks(saved.algorithm());
        }
    }

    private void save(UploadState state) {
        table.save(state, holder);
        saved = state;
    }

    @Override
    public void append(InputStream body, long length) throws IOException {
        store.requireRoom(0);
        byte[] bytes = new byte[READ_AT_ONCE];
        int count = read(body, bytes);
        if (count > 0) {
            requireOpen();
            keep(); // what an earlier chunk left, should this one be taken back
        }
        UploadState before = saved;
        try {
            for (; count >= 0; count = read(body, bytes)) {
                take(bytes, count);
            }
        } catch (BodyException e) {
            keep();
            throw e;
        } catch (IOException e) {
            goBackTo(saved);
            throw store.writeFailed(e);
        } catch (RuntimeException e) {
            goBackTo(saved);
            throw e;
        }
        awaitParts();
        if (length >= 0 && received - before.received() != length) {
            long actual = received - before.received();
            goBackTo(before);
            save(before);
            throw new LengthException(length, actual);
        }
        before.tail().filter(tail -> !saved.tail().equals(Optional.of(tail))).ifPresent(this::delete);
    }

    private void requireOpen() {
        if (saved.committed().isPresent()) {
            throw id().closing();
        }
    }

    private static int read(InputStream body, byte[] bytes) {
        try {
            return body.read(bytes);
        } catch (IOException e) {
            throw new BodyException(e);
        }
    }

    private void take(byte[] bytes, int count) throws IOException {
        int from = 0;
        while (from < count) {
            long size = PartSizes.of(nextNumber());
            PartBuffer buffer = pending();
            int taken = (int) Math.min(count - from, size - buffer.size());
            buffer.write(bytes, from, taken);
            hash.update(bytes, from, taken);
            received += taken;
            from += taken;
            if (buffer.size() == size) {
                send();
            }
        }
    }

    private int nextNumber() {
        return saved.parts() + underWay.size() + 1;
    }

    /** With the bytes of the tail, which become a part together with those that follow. */
    private PartBuffer pending() throws IOException {
        PartBuffer buffer = pending;
        if (buffer == null) {
            buffer = store.newBuffer();
            pending = buffer;
            if (underWay.isEmpty() && saved.tail().isPresent()) {
                store.objects().load(saved.tail().get(), buffer);
            }
        }
        return buffer;
    }

    /** Sends what is pending as a part. */
    private void send() throws IOException {
        if (saved.multipart().isEmpty()) {
            String object = store.newObject();
            save(saved.begun(object, bucket.begin(object)));
        }
        while (underWay.size() >= PARTS_AT_ONCE) {
            awaitPart();
        }
        int number = nextNumber();
        if (number > PartSizes.MOST_PARTS) {
            throw new RegistryException(
                    Problem.SIZE_INVALID, "no store takes a blob of this size", Map.of("received", received));
        }
        PartBuffer content = pending();
        pending = null;
        String object = saved.location().orElseThrow();
        String multipart = saved.multipart().orElseThrow();
        underWay.add(new PartUnderWay(
                content,
                store.beside(() -> bucket.putPart(object, multipart, number, content)),
                saved.reached(number, received, hash.state(), Optional.empty())));
    }

    private void awaitParts() throws IOException {
        while (!underWay.isEmpty()) {
            awaitPart();
        }
    }

    /** The store has the oldest part, and the row says so. */
    private void awaitPart() throws IOException {
        PartUnderWay part = underWay.element();
        try {
            Bucket.Part there = store.await(part.part());
            table.putPart(id(), there);
            save(part.after());
        } catch (NoSuchFileException e) {
            discard();
            throw id().unknown();
        } catch (RuntimeException e) {
            goBackTo(saved);
            throw e;
        }
        underWay.remove();
        part.content().close();
    }

    /** Forgets what came after. A part that is still being sent must not come after another one of its number. */
    private void goBackTo(UploadState state) {
        for (PartUnderWay part : underWay) {
            store.awaitQuietly(part.part());
            part.content().close();
        }
        underWay.clear();
        dropPending();
        received = state.received();
        hash = RunningHash.of(state.algorithm(), state.hash(), state.received());
    }

    private void dropPending() {
        if (pending != null) {
            pending.close();
            pending = null;
        }
    }

    @Override
    public void keep() throws IOException {
        awaitParts();
        if (received == saved.received()) {
            return;
        }
        PartBuffer rest = pending();
        Optional<Tail> old = saved.tail();
        String object = saved.parts() == 0 ? store.newObject() : store.newTail();
        bucket.put(object, rest);
        save(saved.reached(saved.parts(), received, hash.state(), Optional.of(new Tail(object, rest.size()))));
        old.ifPresent(this::delete);
    }

    private void delete(Tail tail) {
        store.tryTo("delete " + tail.location(), () -> bucket.delete(tail.location()));
    }

    @Override
    public Taken take(Path file) throws IOException {
        if (received != 0 || saved.committed().isPresent()) {
            throw new IllegalStateException("Something was appended to this upload already");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(file.toString(), null, "it is no regular file");
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            append(in, -1);
        }
        return Taken.COPIED;
    }

    @Override
    public StoredBlob commit(Digest expected) throws IOException {
        Optional<Digest> before = saved.committed();
        if (before.isPresent()) {
            if (!before.get().equals(expected)) {
                throw new DigestException(expected, before.get());
            }
            return committedBefore();
        }
        Optional<Digest> known = hash.digest(expected.algorithm());
        if (known.isPresent()) {
            requireOrDiscard(expected, known.get());
        }
        awaitParts();
        Optional<Tail> tail = saved.tail();
        if (saved.parts() == 0) {
            commitObject(expected, known.isPresent());
        } else {
            try {
                commitParts(expected, known.isPresent());
            } catch (NoSuchFileException e) {
                discard(); // the store gave up the parts, as some do by their age or when they are killed
                throw id().unknown();
            }
        }
        tail.filter(old -> !saved.location().equals(Optional.of(old.location()))).ifPresent(this::delete);
        return committed().orElseThrow();
    }

    /** A small blob: one object, which may be there since the last chunk came. */
    private void commitObject(Digest expected, boolean isKnown) throws IOException {
        String object;
        if (saved.tail().isPresent() && saved.received() == received) {
            object = saved.tail().get().location();
        } else {
            object = store.newObject();
            bucket.put(object, pending());
        }
        if (!isKnown) {
            requireOrDiscard(expected, store.objects().digest(object, received, expected.algorithm()));
        }
        giveUpParts();
        save(saved.committed(object, Optional.empty(), saved.parts(), received, expected));
    }

    /**
     * The row says what the object is before there is one: then what comes of a request whose answer is lost can be nothing
     * else. Where the digest is not known, the object tells it.
     */
    private void commitParts(Digest expected, boolean isKnown) throws IOException {
        String object = saved.location().orElseThrow();
        int parts = saved.parts();
        if (received > saved.received() || saved.tail().isPresent()) {
            parts++;
            table.putPart(id(), bucket.putPart(object, saved.multipart().orElseThrow(), parts, pending()));
        }
        UploadState closed = saved.committed(object, saved.multipart(), parts, received, expected);
        if (isKnown) {
            save(closed);
            complete(closed);
        } else {
            complete(closed);
            requireOrDiscard(expected, store.objects().digest(object, received, expected.algorithm()));
        }
        save(closed.committed(object, Optional.empty(), parts, received, expected));
    }

    private void complete(UploadState closed) throws NoSuchFileException {
        bucket.complete(
                closed.location().orElseThrow(), closed.multipart().orElseThrow(), table.parts(closed), closed.received());
    }

    /** An earlier attempt came as far as this, and its row is missing, or the answer of the store was lost. */
    StoredBlob committedBefore() throws IOException {
        StoredBlob blob = committed().orElseThrow();
        try {
            if (saved.multipart().isPresent()) {
                complete(saved);
            } else if (!store.has(blob)) {
                throw new NoSuchFileException(blob.location());
            }
        } catch (NoSuchFileException e) {
            discard();
            throw id().unknown();
        }
        return blob;
    }

    private void requireOrDiscard(Digest expected, Digest actual) {
        if (!actual.equals(expected)) {
            discard();
            throw new DigestException(expected, actual);
        }
    }

    @Override
    public Optional<StoredBlob> committed() {
        return saved.committed()
                .map(digest -> new StoredBlob(digest, saved.received(), saved.location().orElseThrow()));
    }

    @Override
    public void finish() {
        table.delete(id(), holder);
    }

    /** The row goes first: what the store keeps without one is found by its age. */
    @Override
    public void discard() {
        goBackTo(saved);
        if (table.delete(id(), holder)) {
            saved.tail().ifPresent(this::delete);
            giveUpParts();
        }
    }

    private void giveUpParts() {
        saved.multipart().ifPresent(multipart -> {
            String object = saved.location().orElseThrow();
            store.tryTo("give up the parts of " + object, () -> bucket.abort(object, multipart));
        });
    }

    @Override
    public void close() {
        goBackTo(saved);
        store.release(id(), holder);
    }
}
