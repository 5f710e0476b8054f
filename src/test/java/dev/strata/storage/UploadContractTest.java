package dev.strata.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.testing.Content;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kind of {@link BlobStore} promises of uploads. */
abstract class UploadContractTest extends BlobStoreFixture {

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
        Instant now = NOW;
        assertThat(store.expireUploads(now.minus(Duration.ofHours(1)), blob -> {})).isZero();
        assertThat(store.uploads()).isEqualTo(2);
        assertThat(store.expireUploads(now.plus(Duration.ofHours(1)), blob -> {})).as("the one that nobody has").isEqualTo(1);
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.received(OWNER, idle.id()));
        append(taken, new byte[10], -1);
        taken.close();
        assertThat(store.uploads()).isEqualTo(1);
        assertThat(store.expireUploads(now.plus(Duration.ofHours(1)), blob -> {})).isEqualTo(1);
        assertThat(store.uploads()).isZero();
    }

    /** Its row could not be written and nobody came again. */
    @Test
    void aSessionThatWasCommittedAndNotFinishedExpires() throws IOException {
        byte[] content = Content.random(16, 1_000);
        StoredBlob blob;
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, content, -1);
            blob = upload.commit(Content.sha256(content));
        }
        List<StoredBlob> abandoned = new ArrayList<>();
        assertThat(store.expireUploads(NOW.minusMillis(1), abandoned::add)).isZero();
        assertThat(store.expireUploads(NOW.plusMillis(1), abandoned::add)).isEqualTo(1);
        assertThat(abandoned).containsExactly(blob);
        assertThat(store.uploads()).isZero();
        assertHas(blob, content);
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
}
