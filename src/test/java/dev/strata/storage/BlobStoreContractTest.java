package dev.strata.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.testing.Content;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kind of {@link BlobStore} promises. A kind says how it is opened, and how its bytes are broken. */
abstract class BlobStoreContractTest {

    static final String OWNER = "some/repository";
    /** More than the buffers together hold, and no multiple of one. */
    private static final int LARGE = 5 * 1024 * 1024 + 17;

    @TempDir
    Path directory;

    BlobStore store;

    final List<Map.Entry<String, StoredBlob>> recovered = new ArrayList<>();

    /** Opens a store on what an earlier one left. */
    abstract BlobStore open() throws Exception;

    /** Ends the store as the end of its process would. */
    abstract void shut() throws Exception;

    /** Opens a store whose disk has less room than it must leave. */
    abstract BlobStore openFull() throws Exception;

    /** Shortens a stored blob's bytes. */
    abstract void truncate(StoredBlob blob) throws IOException;

    /** Loses a stored blob's bytes. */
    abstract void lose(StoredBlob blob) throws IOException;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void shutStore() throws Exception {
        shut();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 262_143, 262_144, 262_145, 524_288, LARGE})
    void whatIsPutInComesOut(int size) throws IOException {
        byte[] content = Content.random(size, size);
        StoredBlob blob = push(content);
        assertThat(blob.digest()).isEqualTo(Content.sha256(content));
        assertThat(blob.size()).isEqualTo(size);
        assertHas(blob, content);
        assertThat(store.uploads()).isZero();
    }

    @Test
    void aBlobIsReadFromAnyOffset() throws IOException {
        byte[] content = Content.random(1, 1_000);
        BlobContent found = store.find(push(content)).orElseThrow();
        for (int offset : new int[] {0, 1, 500, 999, 1_000}) {
            try (InputStream in = found.openFrom(offset)) {
                assertThat(in.readAllBytes()).isEqualTo(Content.slice(content, offset, 1_000));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100})
    void chunksOfEverySizeMakeTheSameBlob(int chunks) throws IOException {
        byte[] content = Content.random(chunks, 1_000_003);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        for (int i = 0; i < chunks; i++) {
            byte[] chunk = Content.slice(
                    content, (int) (1_000_003L * i / chunks), (int) (1_000_003L * (i + 1) / chunks));
            append(upload, chunk, i % 2 == 0 ? chunk.length : -1);
            upload.close();
            upload = store.open(OWNER, upload.id());
        }
        assertHas(commit(upload, Content.sha256(content)), content);
    }

    @Test
    void aSessionAndItsHashGoOnAfterARestart() throws Exception {
        byte[] content = Content.random(2, LARGE);
        UploadId id;
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            id = upload.id();
            append(upload, Content.slice(content, 0, 3_000_000), -1);
        }
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(1, 0, 0));
        assertThat(store.received(OWNER, id)).isEqualTo(3_000_000);
        Upload upload = store.open(OWNER, id);
        append(upload, Content.slice(content, 3_000_000, 4_000_000), 1_000_000);
        append(upload, Content.slice(content, 4_000_000, LARGE), -1);
        assertHas(commit(upload, Content.sha256(content)), content);
    }

    @Test
    void aSessionCanBeClosedRightAfterARestart() throws Exception {
        byte[] content = Content.random(3, 100_000);
        UploadId id;
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA512)) {
            id = upload.id();
            append(upload, content, -1);
        }
        reopen();
        recover();
        assertHas(commit(store.open(OWNER, id), Content.sha512(content)), content);
    }

    @Test
    void blobsOutliveARestart() throws Exception {
        byte[] content = Content.random(4, 100_000);
        StoredBlob blob = push(content);
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 0));
        assertHas(blob, content);
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    void eachAlgorithmNeedsNoAnnouncement(DigestAlgorithm announced) throws IOException {
        for (DigestAlgorithm used : DigestAlgorithm.values()) {
            byte[] content = Content.random(used.bytes(), 300_000);
            Upload upload = store.create(OWNER, announced);
            append(upload, content, -1);
            assertHas(commit(upload, Digest.ofContent(used, content)), content);
        }
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    void aWrongDigestKeepsNothing(DigestAlgorithm announced) throws IOException {
        byte[] content = Content.random(5, 1_000);
        Digest wrong = Content.sha256(Content.random(6, 1_000));
        try (Upload upload = store.create(OWNER, announced)) {
            append(upload, content, -1);
            assertProblem(Problem.DIGEST_INVALID, () -> upload.commit(wrong));
            assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.received(OWNER, upload.id()));
        }
        assertThat(store.uploads()).isZero();
        Upload again = store.create(OWNER, announced);
        append(again, content, -1);
        assertHas(commit(again, Content.sha256(content)), content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 999, 262_144, 262_145, LARGE})
    void aBodyThatBreaksOffLeavesWhatArrived(int arrived) throws IOException {
        byte[] content = Content.random(arrived, LARGE + 1_000);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        for (long length : new long[] {-1, content.length}) {
            long before = upload.received();
            assertThatExceptionOfType(Upload.BodyException.class)
                    .isThrownBy(() -> upload.append(breakingOff(Content.slice(content, 0, arrived)), length));
            assertThat(upload.received()).isEqualTo(before + arrived);
        }
        long received = upload.received();
        upload.close();
        assertThat(store.received(OWNER, upload.id())).isEqualTo(received);
        byte[] whole = concat(Content.slice(content, 0, arrived), Content.slice(content, 0, arrived), content);
        Upload resumed = store.open(OWNER, upload.id());
        append(resumed, content, content.length);
        assertHas(commit(resumed, Content.sha256(whole)), whole);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999, 1_001, 600_000})
    void aBodyOfAnotherLengthKeepsNothingOfTheChunk(int announced) throws IOException {
        byte[] first = Content.random(7, 400_000);
        byte[] second = Content.random(8, 1_000);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        append(upload, first, first.length);
        assertProblem(Problem.SIZE_INVALID, () -> append(upload, second, announced));
        assertThat(upload.received()).isEqualTo(400_000);
        append(upload, second, second.length);
        assertHas(commit(upload, Content.sha256(concat(first, second))), concat(first, second));
    }

    @Test
    void aLargeBodyOfAnotherLengthKeepsNothingOfTheChunk() throws IOException {
        byte[] content = Content.random(9, LARGE);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        assertProblem(Problem.SIZE_INVALID, () -> append(upload, content, LARGE - 1));
        assertProblem(Problem.SIZE_INVALID, () -> append(upload, content, LARGE + 1));
        assertThat(upload.received()).isZero();
        assertHas(commit(upload, Content.sha256(new byte[0])), new byte[0]);
    }

    @Test
    void oneCallerHasASessionAtATime() throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        assertProblem(Problem.UPLOAD_BUSY, () -> store.open(OWNER, upload.id()));
        append(upload, new byte[10], -1);
        assertThat(store.received(OWNER, upload.id())).isEqualTo(10);
        upload.close();
        try (Upload taken = store.open(OWNER, upload.id())) {
            assertProblem(Problem.UPLOAD_BUSY, () -> store.open(OWNER, taken.id()));
        }
        store.open(OWNER, upload.id()).close();
    }

    @Test
    void ofManyTakersOneGetsTheSession() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int round = 0; round < 50; round++) {
                Upload created = store.create(OWNER, DigestAlgorithm.SHA256);
                created.close();
                List<Future<Boolean>> takers = IntStream.range(0, 8)
                        .mapToObj(i -> threads.submit(() -> takes(created.id())))
                        .toList();
                int winners = 0;
                for (Future<Boolean> taker : takers) {
                    winners += taker.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        }
    }

    /** Keeps what it took. */
    private boolean takes(UploadId id) throws IOException {
        try {
            store.open(OWNER, id);
            return true;
        } catch (RegistryException e) {
            assertThat(e.problem()).isEqualTo(Problem.UPLOAD_BUSY);
            return false;
        }
    }

    @Test
    void aSessionBelongsToItsOwner() throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        upload.close();
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open("other", upload.id()));
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.received("other", upload.id()));
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open(OWNER, new UploadId(UUID.randomUUID())));
        store.open(OWNER, upload.id()).close();
    }

    @Test
    void aDiscardedOrFinishedSessionIsGone() throws Exception {
        Upload discarded = store.create(OWNER, DigestAlgorithm.SHA256);
        append(discarded, new byte[10], -1);
        discarded.discard();
        discarded.close();
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open(OWNER, discarded.id()));
        Upload finished = store.create(OWNER, DigestAlgorithm.SHA256);
        commit(finished, Content.sha256(new byte[0]));
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open(OWNER, finished.id()));
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 0));
    }

    @Test
    void idleSessionsExpireAndOthersDoNot() throws IOException {
        Upload idle = store.create(OWNER, DigestAlgorithm.SHA256);
        append(idle, new byte[10], -1);
        Upload taken = store.create(OWNER, DigestAlgorithm.SHA256);
        idle.close();
        Instant now = Instant.now();
        assertThat(store.expireUploads(now.minus(Duration.ofHours(1)))).isZero();
        assertThat(store.uploads()).isEqualTo(2);
        assertThat(store.expireUploads(now.plus(Duration.ofHours(1)))).as("the one that nobody has").isEqualTo(1);
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.received(OWNER, idle.id()));
        append(taken, new byte[10], -1);
        taken.close();
        assertThat(store.uploads()).isEqualTo(1);
        assertThat(store.expireUploads(now.plus(Duration.ofHours(1)))).isEqualTo(1);
        assertThat(store.uploads()).isZero();
    }

    @Test
    void aFullStoreTakesNothingAndKeepsWhatItHas() throws Exception {
        byte[] content = Content.random(10, 1_000);
        StoredBlob blob = push(content);
        UploadId id;
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            id = upload.id();
            append(upload, content, -1);
        }
        shut();
        store = openFull();
        recover();
        assertProblem(Problem.STORAGE_FULL, () -> store.requireRoom(0));
        assertProblem(Problem.STORAGE_FULL, () -> store.create(OWNER, DigestAlgorithm.SHA256));
        try (Upload upload = store.open(OWNER, id)) {
            assertProblem(Problem.STORAGE_FULL, () -> append(upload, content, -1));
            assertProblem(Problem.STORAGE_FULL, () -> append(upload, content, content.length));
        }
        assertHas(blob, content);
    }

    @Test
    void moreThanThereIsRoomForIsRefusedBeforeItComes() {
        store.requireRoom(0);
        store.requireRoom(1);
        assertProblem(Problem.STORAGE_FULL, () -> store.requireRoom(Long.MAX_VALUE / 2));
        assertProblem(Problem.STORAGE_FULL, () -> {
            try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
                upload.append(unreadable(), Long.MAX_VALUE / 2);
            }
        });
    }

    /** Whether its row was written nobody knows, so it is written again. */
    @Test
    void whatWasCommittedGetsItsRowAfterACrash() throws Exception {
        byte[] content = Content.random(11, 300_000);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        append(upload, content, -1);
        StoredBlob blob = upload.commit(Content.sha256(content));
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 1, 0));
        assertThat(recovered).containsExactly(Map.entry(OWNER, blob));
        assertHas(blob, content);
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open(OWNER, upload.id()));
        recovered.clear();
        reopen();
        assertThat(recover()).as("once is enough").isEqualTo(new BlobStore.Recovery(0, 0, 0));
    }

    @Test
    void aRowThatCannotBeWrittenIsTriedAgainAtTheNextStart() throws Exception {
        byte[] content = Content.random(12, 1_000);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        append(upload, content, -1);
        StoredBlob blob = upload.commit(Content.sha256(content));
        reopen();
        IllegalStateException failure = new IllegalStateException("no database");
        assertThatThrownBy(() -> store.recover((owner, committed) -> {
                    throw failure;
                }))
                .isSameAs(failure);
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 1, 0));
        assertHas(blob, content);
    }

    @Test
    void twoCommitsOfTheSameBlobGetARowEach() throws Exception {
        byte[] content = Content.random(13, 1_000);
        Digest digest = Content.sha256(content);
        for (String owner : List.of("one", "two")) {
            Upload upload = store.create(owner, DigestAlgorithm.SHA256);
            append(upload, content, -1);
            upload.commit(digest);
        }
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 2, 0));
        assertThat(recovered).extracting(Map.Entry::getKey).containsExactlyInAnyOrder("one", "two");
        assertHas(recovered.getFirst().getValue(), content);
    }

    @Test
    void aBlobStaysWhateverElseWasBeingClosed() throws Exception {
        byte[] content = Content.random(14, 1_000);
        StoredBlob known = push(content);
        try (Upload discarded = store.create("other", DigestAlgorithm.SHA256)) {
            append(discarded, content, -1);
            discarded.commit(known.digest());
            discarded.discard();
        }
        assertHas(known, content);
        reopen();
        recover();
        assertHas(known, content);
    }

    /** The row failed, the client comes again. */
    @Test
    void aCommitCanBeRepeated() throws IOException {
        byte[] content = Content.random(15, 1_000);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        append(upload, content, -1);
        StoredBlob first = upload.commit(Content.sha256(content));
        upload.close();
        Upload again = store.open(OWNER, upload.id());
        assertThat(again.received()).isEqualTo(1_000);
        append(again, new byte[0], -1);
        append(again, new byte[0], 0);
        assertThat(commit(again, Content.sha256(content))).isEqualTo(first);
        assertHas(first, content);
    }

    @Test
    void whatIsBeingClosedTakesNoMore() throws IOException {
        byte[] content = Content.random(16, 1_000);
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, content, -1);
            StoredBlob blob = upload.commit(Content.sha256(content));
            assertProblem(Problem.UPLOAD_INVALID, () -> append(upload, content, -1));
            Digest other = Content.sha256(new byte[0]);
            assertProblem(Problem.DIGEST_INVALID, () -> upload.commit(other));
            assertHas(blob, content);
        }
    }

    @Test
    void aBrokenBlobIsNotServedAndTheNextPushHealsIt() throws IOException {
        byte[] content = Content.random(17, 10_000);
        StoredBlob blob = push(content);
        truncate(blob);
        assertThat(store.find(blob)).isEmpty();
        assertThat(store.find(blob)).as("asked again").isEmpty();
        assertThat(push(content)).isEqualTo(blob);
        assertHas(blob, content);
    }

    @Test
    void aBrokenBlobIsHealedByAPushThatComesBeforeAnyoneNotices() throws IOException {
        byte[] content = Content.random(18, 10_000);
        StoredBlob blob = push(content);
        truncate(blob);
        push(content);
        assertHas(blob, content);
    }

    @Test
    void aLostBlobIsNotServedAndTheNextPushHealsIt() throws IOException {
        byte[] content = Content.random(19, 10_000);
        StoredBlob blob = push(content);
        lose(blob);
        assertThat(store.find(blob)).isEmpty();
        push(content);
        assertHas(blob, content);
    }

    @Test
    void manyPushTheSameBlobAtOnceAndOthersBesideThem() throws Exception {
        byte[] same = Content.random(20, 1_500_000);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<StoredBlob>> pushes = IntStream.range(0, 24)
                    .mapToObj(i -> threads.submit(() -> push(i % 3 == 0 ? Content.random(i, 1_500_000) : same)))
                    .toList();
            for (int i = 0; i < pushes.size(); i++) {
                assertHas(pushes.get(i).get(), i % 3 == 0 ? Content.random(i, 1_500_000) : same);
            }
        }
        assertThat(store.uploads()).isZero();
    }

    @Test
    void aBlobIsNeverFoundBrokenWhileItIsPushedAgainAndAgain() throws Exception {
        byte[] content = Content.random(21, 50_000);
        StoredBlob blob = push(content);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Future<?> pushes = threads.submit(() -> {
                for (int i = 0; i < 100; i++) {
                    push(content);
                }
                return blob;
            });
            do {
                assertHas(blob, content);
            } while (!pushes.isDone());
            pushes.get();
        }
    }

    @Test
    void aProbeLeavesNothing() throws Exception {
        store.probe();
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 0));
    }

    StoredBlob push(byte[] content) throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        append(upload, content, content.length);
        return commit(upload, Content.sha256(content));
    }

    StoredBlob commit(Upload upload, Digest digest) throws IOException {
        try (upload) {
            StoredBlob blob = upload.commit(digest);
            upload.finish();
            return blob;
        }
    }

    static void append(Upload upload, byte[] content, long length) throws IOException {
        upload.append(new ByteArrayInputStream(content), length);
    }

    void assertHas(StoredBlob blob, byte[] content) throws IOException {
        BlobContent found = store.find(blob).orElseThrow();
        assertThat(found.size()).isEqualTo(content.length);
        try (InputStream in = found.openFrom(0)) {
            assertThat(in.readAllBytes()).isEqualTo(content);
        }
    }

    static void assertProblem(Problem problem, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RegistryException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }

    /** Recovers, and notes for what a row is written. */
    BlobStore.Recovery recover() throws IOException {
        return store.recover((owner, blob) -> recovered.add(Map.entry(owner, blob)));
    }

    void reopen() throws Exception {
        shut();
        store = open();
    }

    static byte[] concat(byte[]... parts) throws IOException {
        InputStream all = InputStream.nullInputStream();
        for (byte[] part : parts) {
            all = new SequenceInputStream(all, new ByteArrayInputStream(part));
        }
        return all.readAllBytes();
    }

    /** Gives these bytes in pieces as a network does, and then fails. */
    static InputStream breakingOff(byte[] content) {
        return new SequenceInputStream(new ByteArrayInputStream(content), unreadable());
    }

    private static InputStream unreadable() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("The connection was reset");
            }
        };
    }
}
