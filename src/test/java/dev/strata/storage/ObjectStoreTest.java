package dev.strata.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.storage.bucket.TestBucket;
import dev.strata.testing.Content;
import dev.strata.testing.S3Server;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The promises of every store, kept by one on S3, and those that are its own. */
class ObjectStoreTest extends BlobStoreContractTest {

    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final int PART = 5 * 1024 * 1024;

    private static S3Server server;

    private final TestBucket bucket = new TestBucket();
    private TestBucket.Opened opened;

    @BeforeAll
    static void startServer() {
        server = S3Server.shared();
    }

    @Override
    BlobStore open() throws IOException {
        opened = open("replica");
        return opened.store();
    }

    private TestBucket.Opened open(String name) throws IOException {
        return bucket.open(server.endpoint(), Duration.ofSeconds(20), directory.resolve(name), CLOCK);
    }

    @Override
    void shut() throws IOException {
        opened.close();
    }

    @Override
    void truncate(StoredBlob blob) throws IOException {
        byte[] content = server.read(bucket.object(blob));
        server.overwrite(bucket.object(blob), Arrays.copyOf(content, content.length / 2));
    }

    @Override
    void lose(StoredBlob blob) {
        server.remove(bucket.object(blob));
    }

    @Test
    void whatIsFoundMissingIsTold() throws IOException {
        StoredBlob missing = push(Content.random(1, 1_000));
        StoredBlob broken = push(Content.random(2, 1_000));
        lose(missing);
        server.overwrite(bucket.object(broken), Content.random(3, 1_000));
        assertThat(bucket.lost()).isEmpty();
        assertThat(store.check(missing, read -> {})).isEqualTo(BlobStore.Condition.MISSING);
        assertThat(store.check(broken, read -> {})).isEqualTo(BlobStore.Condition.BROKEN);
        assertThat(bucket.lost()).containsExactly(missing, broken);
    }

    /** As a load balancer parts them that knows nothing of uploads. */
    @ParameterizedTest
    @CsvSource({
        "100000, true",
        PART - 1 + ", true",
        PART + ", true",
        PART + 1 + ", true",
        2 * PART + PART / 2 + ", true",
        "100000, false",
        PART + 1 + ", false"
    })
    void chunksOfAnUploadAlternateBetweenReplicas(int chunk, boolean isExpected) throws IOException {
        byte[] content = Content.random(chunk, 3 * chunk + 12_345);
        try (TestBucket.Opened other = open("other")) {
            BlobStore[] replicas = {store, other.store()};
            UploadId id;
            try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
                id = upload.id();
            }
            for (int i = 0; i < 3; i++) {
                try (Upload upload = replicas[(i + 1) % 2].open(OWNER, id)) {
                    assertThat(upload.received()).isEqualTo((long) i * chunk);
                    if (isExpected) {
                        upload.expectChunks();
                    }
                    append(upload, Content.slice(content, i * chunk, (i + 1) * chunk), chunk);
                }
            }
            Upload last = other.store().open(OWNER, id);
            append(last, Content.slice(content, 3 * chunk, content.length), -1);
            last.close();
            assertHas(commit(store.open(OWNER, id), Content.sha256(content)), content);
        }
    }

    /** As docker pushes: the digest comes with a request that has no body. */
    @Test
    void anotherReplicaClosesAnUploadWithoutReadingIt() throws IOException {
        byte[] content = Content.random(1, 2 * PART);
        try (TestBucket.Opened other = open("other")) {
            UploadId wrong = pushed(content);
            assertProblem(
                    Problem.DIGEST_INVALID, () -> other.store().open(OWNER, wrong).commit(Content.sha256(new byte[1])));
            StoredBlob blob = commit(other.store().open(OWNER, pushed(content)), Content.sha256(content));
            assertThat(bucket.reads()).isZero();
            assertHas(blob, content);
        }
    }

    private UploadId pushed(byte[] content) throws IOException {
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            append(upload, content, -1);
            return upload.id();
        }
    }

    @Test
    void bytesThatNobodyExpectedAreHashedToo() throws IOException {
        byte[] content = Content.random(1, PART + 1_000);
        try (TestBucket.Opened other = open("other")) {
            Upload more = other.store().open(OWNER, pushed(content));
            append(more, new byte[] {1}, -1);
            assertProblem(Problem.DIGEST_INVALID, () -> more.commit(Content.sha256(content)));
            assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open(OWNER, more.id()));
        }
    }

    @Test
    void anUploadOfAnotherAlgorithmGoesOnAtAnotherReplica() throws IOException {
        byte[] content = Content.random(1, PART + 1_000);
        try (TestBucket.Opened other = open("other")) {
            Upload upload = store.create(OWNER, DigestAlgorithm.SHA512);
            append(upload, Content.slice(content, 0, PART + 500), -1);
            upload.close();
            Upload rest = other.store().open(OWNER, upload.id());
            append(rest, Content.slice(content, PART + 500, content.length), -1);
            assertHas(commit(rest, Content.sha512(content)), content);
        }
    }

    @Test
    void aReplicaThatStartsLeavesTheUploadsOfOthersAlone() throws IOException {
        byte[] content = Content.random(1, 1_000);
        Upload taken = store.create(OWNER, DigestAlgorithm.SHA256);
        append(taken, content, -1);
        StoredBlob blob = taken.commit(Content.sha256(content));
        try (TestBucket.Opened other = open("other")) {
            assertThat(other.store()
                            .recover((owner, committed) -> recovered.add(Map.entry(owner, committed)), blobs::contains))
                    .isEqualTo(new BlobStore.Recovery(1, 0, 0));
        }
        taken.finish();
        assertThat(recovered).isEmpty();
        assertHas(blob, content);
    }

    /** The embedded database has lost in a crash that the upload was ended; what it says of blobs, a journal keeps. */
    @Test
    void anUploadThatTheDatabaseStillHasDoesNotTakeItsBlobAlong() throws Exception {
        byte[] content = Content.random(1, 1_000);
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        append(upload, content, -1);
        upload.close();
        StoredBlob blob;
        try (TestBucket.Lost _ = bucket.losingWhatSessionsSayFromNowOn()) {
            blob = commit(store.open(OWNER, upload.id()), Content.sha256(content));
        }
        blobs.add(blob.location());
        reopen();

        assertThat(recover()).isEqualTo(new BlobStore.Recovery(0, 0, 1));

        assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open(OWNER, upload.id()));
        assertHas(blob, content);
    }

    @Test
    void aClientIsSentToAnAddressThatGivesTheBlob() throws Exception {
        byte[] content = Content.random(1, 10_000);
        BlobContent.Elsewhere found = (BlobContent.Elsewhere) store.find(push(content)).orElseThrow();
        URI get = found.address(false, "docker/29").orElseThrow();
        URI head = found.address(true, "docker/29").orElseThrow();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> answer =
                    client.send(HttpRequest.newBuilder(get).build(), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(content);
            HttpResponse<Void> question =
                    client.send(HttpRequest.newBuilder(head).HEAD().build(), HttpResponse.BodyHandlers.discarding());
            assertThat(question.statusCode()).isEqualTo(200);
            assertThat(question.headers().firstValueAsLong("Content-Length")).hasValue(10_000);
        }
    }
}
