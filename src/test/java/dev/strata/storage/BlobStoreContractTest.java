package dev.strata.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.testing.Content;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every kind of {@link BlobStore} promises, of uploads and of blobs. */
abstract class BlobStoreContractTest extends UploadContractTest {

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
            int length = Math.min(300, 1_000 - offset);
            try (InputStream in = found.open(offset, length)) {
                assertThat(in.readNBytes(length)).isEqualTo(Content.slice(content, offset, offset + length));
            }
        }
    }

    @Test
    void blobsOutliveARestart() throws Exception {
        byte[] content = Content.random(4, 100_000);
        StoredBlob blob = push(content);
        reopen();
        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 0));
        assertHas(blob, content);
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
        assertThatThrownBy(() -> store.recover(
                        (owner, committed) -> {
                            throw failure;
                        },
                        blobs::contains))
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

    @Test
    void aBrokenBlobIsNotServedAndTheNextPushHealsIt() throws IOException {
        byte[] content = Content.random(17, 10_000);
        StoredBlob blob = push(content);
        truncate(blob);
        assertIsNotServed(blob);
        assertIsNotServed(blob);
        assertHas(push(content), content);
    }

    @Test
    void aLostBlobIsNotServedAndTheNextPushHealsIt() throws IOException {
        byte[] content = Content.random(19, 10_000);
        StoredBlob blob = push(content);
        lose(blob);
        assertIsNotServed(blob);
        assertHas(push(content), content);
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

    @Test
    void whatIsDeletedIsGoneAndCanBePushedAgain() throws IOException {
        byte[] content = Content.random(31, 1_000);
        StoredBlob blob = push(content);
        assertThat(store.delete(blob, () -> true)).isEqualTo(BlobStore.Deletion.WANTED);
        assertHas(blob, content);
        assertThat(store.delete(blob, () -> false)).isEqualTo(BlobStore.Deletion.DELETED);
        store.forceDeletions(List.of(blob));
        assertThat(store.has(blob)).isFalse();
        assertIsNotServed(blob);
        assertThat(store.delete(blob, () -> false)).as("what a crash left to be done again").isEqualTo(BlobStore.Deletion.DELETED);
        assertHas(push(content), content);
    }

    @Test
    void nobodyDeletesWhatAnUploadIsAboutToFinish() throws IOException {
        byte[] content = Content.random(32, 1_000);
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, content, content.length);
            StoredBlob blob = upload.commit(Content.sha256(content));
            assertThat(store.delete(blob, () -> false)).isEqualTo(BlobStore.Deletion.BUSY);
            upload.finish();
            assertHas(blob, content);
        }
        assertThat(store.delete(push(content), () -> false)).isEqualTo(BlobStore.Deletion.DELETED);
    }

    /** The row failed, nothing pointed at the bytes for long, and they were taken for garbage. */
    @Test
    void aCommitWhoseBytesWereDeletedIsNotRepeated() throws IOException {
        byte[] content = Content.random(33, 1_000);
        Upload first = store.create(OWNER, DigestAlgorithm.SHA256);
        append(first, content, content.length);
        StoredBlob blob = first.commit(Content.sha256(content));
        first.close();
        assertThat(store.delete(blob, () -> false)).isEqualTo(BlobStore.Deletion.DELETED);
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> {
            try (Upload again = store.open(OWNER, first.id())) {
                again.commit(Content.sha256(content));
            }
        });
        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.received(OWNER, first.id()));
    }
}
