package dev.strata.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.Problem;
import dev.strata.storage.bucket.TestBucket;
import dev.strata.testing.Content;
import dev.strata.testing.FaultyProxy;
import dev.strata.testing.FaultyProxy.Fault;
import dev.strata.testing.S3Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store on S3 that throttles, fails, resets and forgets to answer. */
class ObjectStoreFaultsTest {

    private static final String OWNER = BlobStoreFixture.OWNER;
    /** Of a store that is away for a moment only. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Of one that stays away. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final byte[] LARGE = Content.random(1, 10_600_000);
    private static final byte[] SMALL = Content.random(2, 100_000);

    @TempDir
    Path directory;

    private FaultyProxy proxy;
    private TestBucket bucket;
    private TestBucket.Opened opened;
    private BlobStore store;

    @BeforeEach
    void open() throws IOException {
        proxy = FaultyProxy.before(S3Server.shared().endpoint());
        bucket = new TestBucket();
        opened = open("patient", PATIENCE);
        store = opened.store();
    }

    private TestBucket.Opened open(String name, Duration deadline) throws IOException {
        Clock clock = Clock.fixed(BlobStoreFixture.NOW, ZoneOffset.UTC);
        return bucket.open(proxy.endpoint(), deadline, directory.resolve(name), clock);
    }

    private TestBucket.Opened openHurried() throws IOException {
        return open("hurried", DEADLINE);
    }

    @AfterEach
    void close() throws IOException {
        opened.close();
        proxy.close();
    }

    private StoredBlob push(byte[] content) throws IOException {
        try (Upload upload = store.create(OWNER, DigestAlgorithm.SHA256)) {
            upload.append(new ByteArrayInputStream(content), content.length);
            upload.keep();
            StoredBlob blob = upload.commit(Content.sha256(content));
            upload.finish();
            return blob;
        }
    }

    private byte[] read(StoredBlob blob) throws IOException {
        try (InputStream in = store.find(blob).orElseThrow().openFrom(0)) {
            return in.readAllBytes();
        }
    }

    /** Half of an answer that says something is no answer, and the client comes again. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"SLOW_DOWN", "ERROR", "RESET", "LOST_ANSWER"})
    void requestsOfAPushAreRepeated(Fault fault) throws IOException {
        for (String request : new String[] {"?uploads", "partNumber=1", "partNumber=3", "POST /blobs"}) {
            proxy.fail(1, request, fault);
        }
        proxy.fail(2, "PUT /blobs", fault);
        assertThat(read(push(LARGE))).isEqualTo(LARGE);
        assertThat(read(push(SMALL))).isEqualTo(SMALL);
        assertThat(proxy.faults()).isGreaterThan(4);
    }

    @Test
    void aStoreThatStaysAwayIsSaidAndTheUploadGoesOnLater() throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        upload.append(new ByteArrayInputStream(LARGE, 0, 6_000_000), -1);
        upload.keep();
        upload.close();
        try (TestBucket.Opened hurried = openHurried();
                Upload later = hurried.store().open(OWNER, upload.id())) {
            proxy.fail(1_000, "PUT", Fault.RESET);
            BlobStoreFixture.assertProblem(
                    Problem.AWAY,
                    () -> later.append(new ByteArrayInputStream(LARGE, 6_000_000, LARGE.length - 6_000_000), -1));
            assertThat(later.received()).isEqualTo(6_000_000);
        }
        proxy.heal();
        try (Upload again = store.open(OWNER, upload.id())) {
            assertThat(again.received()).isEqualTo(6_000_000);
            again.append(new ByteArrayInputStream(LARGE, 6_000_000, LARGE.length - 6_000_000), -1);
            StoredBlob blob = again.commit(Content.sha256(LARGE));
            assertThat(read(blob)).isEqualTo(LARGE);
        }
    }

    /** The store may have done it, or do it still. */
    @Test
    void aCommitWithoutAnAnswerIsRepeated() throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        upload.append(new ByteArrayInputStream(LARGE), -1);
        upload.keep();
        upload.close();
        try (TestBucket.Opened hurried = openHurried();
                Upload unanswered = hurried.store().open(OWNER, upload.id())) {
            proxy.fail(1_000, "POST", Fault.ERROR);
            BlobStoreFixture.assertProblem(Problem.AWAY, () -> unanswered.commit(Content.sha256(LARGE)));
        }
        proxy.heal();
        try (Upload again = store.open(OWNER, upload.id())) {
            BlobStoreFixture.assertProblem(
                    Problem.UPLOAD_INVALID, () -> again.append(new ByteArrayInputStream(SMALL), -1));
            assertThat(read(again.commit(Content.sha256(LARGE)))).isEqualTo(LARGE);
        }
    }

    /** As one does that was killed at it. */
    @Test
    void aStoreThatSaysItIsDoneIsNotBelieved() throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        upload.append(new ByteArrayInputStream(LARGE), -1);
        upload.keep();
        upload.close();
        try (TestBucket.Opened hurried = openHurried();
                Upload unfinished = hurried.store().open(OWNER, upload.id())) {
            proxy.fail(1_000, "POST", Fault.NOT_DONE);
            BlobStoreFixture.assertProblem(Problem.AWAY, () -> unfinished.commit(Content.sha256(LARGE)));
        }
        proxy.heal();
        proxy.fail(2, "POST", Fault.NOT_DONE);
        try (Upload again = store.open(OWNER, upload.id())) {
            assertThat(read(again.commit(Content.sha256(LARGE)))).isEqualTo(LARGE);
        }
    }

    /** A store gives up parts by their age, if its owner wants that. */
    @ParameterizedTest
    @ValueSource(strings = {"partNumber=2", "POST /blobs"})
    void anUploadWhosePartsAreGoneBeginsAnew(String request) throws IOException {
        Upload upload = store.create(OWNER, DigestAlgorithm.SHA256);
        upload.append(new ByteArrayInputStream(LARGE, 0, 6_000_000), -1);
        upload.keep();
        proxy.fail(1, request, Fault.UNKNOWN);
        BlobStoreFixture.assertProblem(Problem.UPLOAD_UNKNOWN, () -> {
            upload.append(new ByteArrayInputStream(LARGE, 6_000_000, LARGE.length - 6_000_000), -1);
            upload.commit(Content.sha256(LARGE));
        });
        upload.close();
        BlobStoreFixture.assertProblem(Problem.UPLOAD_UNKNOWN, () -> store.open(OWNER, upload.id()));
        assertThat(read(push(LARGE))).isEqualTo(LARGE);
    }

    @Test
    void aPullGoesOnWhereTheStoreBrokeOff() throws IOException {
        StoredBlob blob = push(LARGE);
        proxy.fail(4, "GET", Fault.HALF);
        assertThat(read(blob)).isEqualTo(LARGE);
        assertThat(proxy.faults()).isEqualTo(4);
    }

    @Test
    void aPullThatCannotGoOnFailsAndIsNeverShort() throws IOException {
        StoredBlob blob = push(LARGE);
        proxy.fail(1, "GET", Fault.HALF);
        try (TestBucket.Opened hurried = openHurried();
                InputStream in = hurried.store().find(blob).orElseThrow().openFrom(0)) {
            proxy.fail(1_000, "GET", Fault.RESET);
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPullDoesNotGoOnWithOtherBytes() throws IOException {
        StoredBlob blob = push(LARGE);
        proxy.fail(1, "GET", Fault.HALF);
        InputStream in = store.find(blob).orElseThrow().openFrom(0);
        S3Server.shared().overwrite(bucket.object(blob), Content.random(3, LARGE.length));
        assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
    }

    @Test
    void aStoreThatIsAwayIsNotReady() throws IOException {
        store.probe();
        proxy.fail(1_000, "/blobs", Fault.ERROR);
        try (TestBucket.Opened hurried = openHurried()) {
            assertThatThrownBy(() -> hurried.store().probe()).isInstanceOf(IOException.class);
        }
    }
}
