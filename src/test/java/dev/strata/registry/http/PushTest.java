package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.withDigest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
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
import org.springframework.beans.factory.annotation.Autowired;

/** OCI Distribution Specification, "Pushing a blob monolithically". */
@RegistryTest
class PushTest {

    private static final Digest EMPTY = Content.sha256(new byte[0]);

    @Autowired
    RegistryClient registry;

    @ParameterizedTest
    @ValueSource(strings = {"/v2/push/start/blobs/uploads/", "/v2/push/start/blobs/uploads"})
    void anUploadStartsWithALocationOfItsOwn(String path) {
        Answer first = registry.post(path);
        Answer second = registry.post(path);
        assertThat(first)
                .hasStatus(202)
                .hasHeader("Range", "0-0")
                .hasHeader("Docker-Distribution-API-Version", "registry/2.0")
                .hasNoBodyOf(0);
        String id = first.header("Docker-Upload-UUID");
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(first.location()).isEqualTo(registry.origin() + "/v2/push/start/blobs/uploads/" + id);
        assertThat(second.location()).isNotEqualTo(first.location());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300_000, 5_000_003})
    void aBlobIsPushedWithPostAndPut(int size) {
        byte[] content = Content.random(size, size);
        Digest digest = Content.sha256(content);
        Answer pushed = registry.put(withDigest(registry.startUpload("push/put"), digest), content);
        assertIsPushed(pushed, "push/put", digest, content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300_000, 5_000_003})
    void aBlobIsPushedWithoutContentLength(int size) {
        byte[] content = Content.random(size + 1, size);
        Digest digest = Content.sha256(content);
        Answer pushed = registry.stream("PUT", withDigest(registry.startUpload("push/stream"), digest), content);
        assertIsPushed(pushed, "push/stream", digest, content);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300_000, 5_000_003})
    void aBlobIsPushedInOneRequest(int size) {
        byte[] content = Content.random(size + 2, size);
        Digest digest = Content.sha256(content);
        String path = withDigest("/v2/push/one/blobs/uploads/", digest);
        assertIsPushed(registry.post(path, content), "push/one", digest, content);
        assertIsPushed(registry.stream("POST", path, content), "push/one", digest, content);
    }

    @Test
    void aBlobThatIsPostedAsAFormIsABlob() {
        byte[] content = "a=b&digest=sha256:0".getBytes(UTF_8);
        Digest digest = Content.sha256(content);
        String form = "application/x-www-form-urlencoded";
        Answer posted =
                registry.post(withDigest("/v2/push/form/blobs/uploads/", digest), content, "Content-Type", form);
        assertIsPushed(posted, "push/form", digest, content);
        Answer put =
                registry.put(withDigest(registry.startUpload("push/form2"), digest), content, "Content-Type", form);
        assertIsPushed(put, "push/form2", digest, content);
        String location = registry.startUpload("push/form3");
        assertThat(registry.patch(location, content, "Content-Type", form)).hasStatus(202);
        assertIsPushed(registry.close(location, digest), "push/form3", digest, content);
    }

    @Test
    void theSameBlobCanBePushedAgainAndElsewhere() {
        byte[] content = Content.random(21, 1_000);
        for (String repository : new String[] {"push/again", "push/again", "push/elsewhere"}) {
            Digest digest = registry.pushBlob(repository, content);
            assertThat(registry.getBlob(repository, digest)).hasBody(content);
        }
    }

    @Test
    void contentThatIsThereIsStillChecked() {
        byte[] content = Content.random(22, 1_000);
        Digest digest = registry.pushBlob("push/checked", content);
        Answer wrong = registry.put(
                withDigest(registry.startUpload("push/checked"), digest), "something else".getBytes(UTF_8));
        assertThat(wrong).isError(400, ErrorCode.DIGEST_INVALID, "expected", digest.toString());
        assertThat(registry.getBlob("push/checked", digest)).hasBody(content);
    }

    @Test
    void aWrongDigestKeepsNothing() {
        byte[] content = Content.random(23, 1_000);
        Digest actual = Content.sha256(content);
        Digest claimed = Content.sha256(Content.random(24, 1_000));
        String location = registry.startUpload("push/wrong");
        assertThat(registry.put(withDigest(location, claimed), content))
                .isError(400, ErrorCode.DIGEST_INVALID, "expected", claimed.toString(), "actual", actual.toString());
        assertThat(registry.post(withDigest("/v2/push/wrong/blobs/uploads/", claimed), content))
                .isError(400, ErrorCode.DIGEST_INVALID, "expected", claimed.toString(), "actual", actual.toString());
        assertThat(registry.get(location)).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
        assertThat(registry.getBlob("push/wrong", claimed)).hasStatus(404);
        assertThat(registry.getBlob("push/wrong", actual)).hasStatus(404);
    }

    @Test
    void closingWithoutADigestIsRefusedAndTheUploadGoesOn() {
        byte[] content = Content.random(25, 100);
        String location = registry.startUpload("push/no-digest");
        assertThat(registry.put(location, content)).isError(400, ErrorCode.DIGEST_INVALID);
        assertIsPushed(
                registry.put(withDigest(location, Content.sha256(content)), content),
                "push/no-digest",
                Content.sha256(content),
                content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:short", "sha256", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256+b64:abc", ""})
    void aMalformedOrUnsupportedDigestIsRefusedAndNamed(String digest) {
        byte[] content = Content.random(26, 100);
        String location = registry.startUpload("push/malformed");
        for (Answer answer : new Answer[] {
            registry.put(location + "?digest=" + digest, content),
            registry.post("/v2/push/malformed/blobs/uploads/?digest=" + digest, content)
        }) {
            assertThat(answer).isError(400, ErrorCode.DIGEST_INVALID);
        }
        assertThat(registry.get(location)).hasStatus(204);
    }

    /** A raw plus in a query is a plus: clients do not encode it. */
    @Test
    void aPlusInADigestParameterIsAPlus() {
        String location = registry.startUpload("push/plus");
        assertThat(registry.put(location + "?digest=multihash+base58:abc", new byte[0]))
                .isError(400, ErrorCode.DIGEST_INVALID, "digest", "multihash+base58");
        assertThat(registry.put(location + "?digest=multihash%2Bbase58:abc", new byte[0]))
                .isError(400, ErrorCode.DIGEST_INVALID, "digest", "multihash+base58");
    }

    @Test
    void aDigestParameterMayBeEncoded() {
        byte[] content = Content.random(27, 100);
        Digest digest = Content.sha256(content);
        String location = registry.startUpload("push/encoded");
        Answer pushed = registry.put(location + "?digest=" + digest.toString().replace(":", "%3A"), content);
        assertIsPushed(pushed, "push/encoded", digest, content);
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    void aBlobIsPushedByAnAnnouncedAlgorithm(DigestAlgorithm algorithm) {
        byte[] content = Content.random(28, 70_000);
        Digest digest = Digest.ofContent(algorithm, content);
        Answer started = registry.post("/v2/push/announced/blobs/uploads/?digest-algorithm=" + algorithm.prefix());
        assertThat(started).hasStatus(202);
        Answer pushed = registry.put(withDigest(started.location(), digest), content);
        assertIsPushed(pushed, "push/announced", digest, content);
    }

    @Test
    void sha512NeedsNoAnnouncement() {
        byte[] content = Content.random(29, 70_000);
        Digest digest = Content.sha512(content);
        String location = registry.startUpload("push/unannounced");
        assertThat(registry.patch(location, content)).hasStatus(202);
        assertIsPushed(registry.close(location, digest), "push/unannounced", digest, content);
        Answer inOne = registry.post(withDigest("/v2/push/unannounced1/blobs/uploads/", digest), content);
        assertIsPushed(inOne, "push/unannounced1", digest, content);
    }

    @Test
    void anAnnouncedAlgorithmThatIsNotSupportedIsRefused() {
        assertThat(registry.post("/v2/push/announced/blobs/uploads/?digest-algorithm=md5"))
                .isError(400, ErrorCode.DIGEST_INVALID);
    }

    @Test
    void theEmptyBlobIsPushedByEveryWay() {
        String location = registry.startUpload("push/empty1");
        assertThat(registry.stream("PATCH", location, new byte[0])).hasStatus(202).hasHeader("Range", "0-0");
        assertIsPushed(registry.close(location, EMPTY), "push/empty1", EMPTY, new byte[0]);
        Answer chunked = registry.stream("PUT", withDigest(registry.startUpload("push/empty2"), EMPTY), new byte[0]);
        assertIsPushed(chunked, "push/empty2", EMPTY, new byte[0]);
    }

    @Test
    void manyPushTheSameBlobAtOnce() throws Exception {
        byte[] content = Content.random(30, 600_000);
        Digest digest = Content.sha256(content);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Answer>> pushes = IntStream.range(0, 16)
                    .mapToObj(i -> threads.submit(() -> registry.put(
                            withDigest(registry.startUpload("push/at-once" + i % 2), digest), content)))
                    .toList();
            for (Future<Answer> push : pushes) {
                assertThat(push.get()).hasStatus(201);
            }
        }
        assertThat(registry.getBlob("push/at-once0", digest)).hasBody(content);
        assertThat(registry.getBlob("push/at-once1", digest)).hasBody(content);
    }

    @Test
    void aRefusalGoesOutBeforeTheBodyIsAskedFor() {
        String[] refused = {
            "PUT /v2/push/early/manifests/v1 HTTP/1.1", // larger than is accepted
            "PATCH /v2/push/early/blobs/uploads/" + UUID.randomUUID() + " HTTP/1.1", // no such upload
            "PUT /v2/push/early/blobs/uploads/" + UUID.randomUUID() + "?digest=sha256:x HTTP/1.1",
            "POST /v2/push/early/blobs/uploads/?digest=sha256:x HTTP/1.1"
        };
        for (String request : refused) {
            try (RawConnection connection = registry.connect()) {
                Answer answer = connection
                        .head(
                                request,
                                "Host: localhost",
                                "Content-Type: application/vnd.oci.image.manifest.v1+json",
                                "Content-Length: 5000000000",
                                "Expect: 100-continue")
                        .answer();
                assertThat(answer.status()).as(request).isBetween(400, 499);
            }
        }
    }

    @Test
    void aBodyThatIsWantedIsAskedFor() {
        byte[] content = Content.random(31, 1_000);
        Digest digest = Content.sha256(content);
        try (RawConnection connection = registry.connect()) {
            connection.head(
                    "POST /v2/push/continue/blobs/uploads/?digest=" + digest + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Length: 1000",
                    "Expect: 100-continue");
            assertThat(connection.answer()).hasStatus(100);
            assertThat(connection.send(content).answer()).hasStatus(201);
        }
    }

    /** Who sends a body without waiting reads the refusal all the same, on a connection that stays usable. */
    @Test
    void aBodyThatWasRefusedIsReadToItsEnd() {
        byte[] content = Content.random(32, 4_000_000);
        try (RawConnection connection = registry.connect()) {
            connection.head(
                    "PATCH /v2/push/drain/blobs/uploads/" + UUID.randomUUID() + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Length: " + content.length);
            assertThat(connection.send(content).answer()).isError(404, ErrorCode.BLOB_UPLOAD_UNKNOWN);
            assertThat(connection.head("GET /v2/ HTTP/1.1", "Host: localhost").answer()).hasStatus(200);
        }
    }

    private void assertIsPushed(Answer pushed, String repository, Digest digest, byte[] content) {
        String location = registry.origin() + RegistryClient.blob(repository, digest);
        assertThat(pushed)
                .hasStatus(201)
                .hasHeader("Location", location)
                .hasHeader("Docker-Content-Digest", digest.toString())
                .hasNoBodyOf(0);
        assertThat(registry.get(pushed.location())).hasStatus(200).hasBody(content);
    }
}
