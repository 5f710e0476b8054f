package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** OCI Distribution Specification, "Pull". */
@RegistryTest
class PullTest {

    private static final String ABSENT = "sha256:" + "a".repeat(64);

    @Autowired
    RegistryClient registry;

    @Test
    void aManifestIsAnsweredByteForByteByTagAndByDigest() {
        byte[] pushed = prettyPrinted(registry.pushBlobsOf("pull/manifest", 1));
        registry.putManifest("pull/manifest", "v1", MediaType.OCI_MANIFEST, pushed);
        Digest digest = Content.sha256(pushed);
        for (Object reference : new Object[] {"v1", digest}) {
            Answer answer = registry.getManifest("pull/manifest", reference, "Accept-Encoding", "gzip");
            assertThat(answer)
                    .hasStatus(200)
                    .hasHeader("Docker-Content-Digest", digest.toString())
                    .hasHeader("Content-Type", MediaType.OCI_MANIFEST.value())
                    .hasHeader("Docker-Distribution-API-Version", "registry/2.0")
                    .hasBody(pushed);
        }
    }

    @Test
    void headOfAManifestSaysWhatGetWouldSay() {
        Digest digest = registry.pushImage("pull/head", "v1", 1);
        byte[] content = registry.getManifest("pull/head", "v1").body();
        for (Object reference : new Object[] {"v1", digest}) {
            assertThat(registry.head(manifest("pull/head", reference)))
                    .hasStatus(200)
                    .hasHeader("Docker-Content-Digest", digest.toString())
                    .hasHeader("Content-Type", MediaType.OCI_MANIFEST.value())
                    .hasNoBodyOf(content.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/vnd.oci.image.index.v1+json", "text/html;q=0.1"})
    void theStoredTypeIsAnsweredWhateverTheClientAccepts(String accept) {
        registry.pushImage("pull/accept", "v1", 1);
        assertThat(registry.getManifest("pull/accept", "v1", "Accept", accept))
                .hasStatus(200)
                .hasHeader("Content-Type", MediaType.OCI_MANIFEST.value());
    }

    @Test
    void dockersOwnTypesAreServed() {
        ManifestJson image = registry.pushBlobsOf("pull/docker", 1).as(MediaType.DOCKER_MANIFEST);
        registry.pushManifest("pull/docker", "image", image);
        ManifestJson list = ManifestJson.index(image.descriptor()).as(MediaType.DOCKER_MANIFEST_LIST);
        registry.pushManifest("pull/docker", "list", list);
        assertThat(registry.getManifest("pull/docker", "image"))
                .hasHeader("Content-Type", MediaType.DOCKER_MANIFEST.value())
                .hasBody(image.bytes());
        assertThat(registry.getManifest("pull/docker", "list"))
                .hasHeader("Content-Type", MediaType.DOCKER_MANIFEST_LIST.value())
                .hasBody(list.bytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_191, 262_144, 3_000_001})
    void aBlobIsAnsweredWithItsLengthAndDigest(int size) {
        byte[] content = Content.random(size, size);
        Digest digest = registry.pushBlob("pull/blob", content);
        assertThat(registry.getBlob("pull/blob", digest, "Accept-Encoding", "gzip"))
                .hasStatus(200)
                .hasHeader("Docker-Content-Digest", digest.toString())
                .hasHeader("Content-Type", "application/octet-stream")
                .hasHeader("Accept-Ranges", "bytes")
                .hasBody(content);
        assertThat(registry.head(blob("pull/blob", digest)))
                .hasStatus(200)
                .hasHeader("Docker-Content-Digest", digest.toString())
                .hasHeader("Content-Type", "application/octet-stream")
                .hasNoBodyOf(size);
    }

    /** More than the server has threads. */
    int clientsThatStop() {
        return 530;
    }

    @Test
    void clientsThatStopReadingKeepNobodyWaitingAndGetTheRestLater() {
        byte[] content = Content.random(8, 6_000_000);
        Digest digest = registry.pushBlob("pull/stalled", content);
        double before = registry.meter("strata_blob_sent_bytes_total");
        List<RawConnection> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < clientsThatStop(); i++) {
                stalled.add(registry.connect().head("GET " + blob("pull/stalled", digest) + " HTTP/1.1", "Host: localhost"));
            }
            assertThat(registry.getBlob("pull/stalled", digest)).hasStatus(200).hasBody(content);
            for (RawConnection connection : stalled) {
                assertThat(Arrays.equals(connection.answer().body(), content)).as("the rest is what was pushed").isTrue();
                connection.head("GET /v2/ HTTP/1.1", "Host: localhost");
                assertThat(connection.answer()).hasStatus(200);
            }
        } finally {
            stalled.forEach(RawConnection::close);
        }
        await().untilAsserted(() -> assertThat(registry.meter("strata_blob_sent_bytes_total") - before)
                .as("with some of what others pulled before")
                .isBetween((1.0 + clientsThatStop()) * content.length, (2.0 + clientsThatStop()) * content.length));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-999999, 0, 99999",
        "bytes=100-199, 100, 199",
        "bytes=99999-, 99999, 99999",
        "bytes=500-, 500, 99999",
        "bytes=-1, 99999, 99999",
        "bytes=-100, 99900, 99999",
        "bytes=-200000, 0, 99999"
    })
    void aRangeIsAnsweredWithJustItsBytes(String range, int first, int last) {
        byte[] content = Content.random(7, 100_000);
        Digest digest = registry.pushBlob("pull/range", content);
        assertThat(registry.getBlob("pull/range", digest, "Range", range))
                .hasStatus(206)
                .hasHeader("Content-Range", "bytes " + first + "-" + last + "/100000")
                .hasHeader("Docker-Content-Digest", digest.toString())
                .hasBody(Content.slice(content, first, last + 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=500-0", "bytes=5000-10000", "bytes=1000-", "bytes=-0"})
    void aRangeOutsideOfTheBlobIsRefusedWithTheErrorsOwnLength(String range) {
        Digest digest = registry.pushBlob("pull/range416", Content.random(7, 1_000));
        assertThat(registry.getBlob("pull/range416", digest, "Range", range))
                .hasHeader("Content-Range", "bytes */1000")
                .isError(416, ErrorCode.SIZE_INVALID, "range", range);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines=0-1", "bytes=0-1,5-6", "bytes=a-b", "bytes", "bytes=-", ""})
    void whatIsNoSingleRangeOfBytesIsIgnored(String range) {
        byte[] content = Content.random(7, 1_000);
        Digest digest = registry.pushBlob("pull/no-range", content);
        assertThat(registry.getBlob("pull/no-range", digest, "Range", range))
                .hasStatus(200)
                .hasNoHeader("Content-Range")
                .hasBody(content);
    }

    /** RFC 9110, section 14.2: GET is the only method for which a range means something. */
    @Test
    void headIgnoresARange() {
        Digest digest = registry.pushBlob("pull/head-range", Content.random(7, 1_000));
        assertThat(registry.head(blob("pull/head-range", digest), "Range", "bytes=0-9"))
                .hasStatus(200)
                .hasNoHeader("Content-Range")
                .hasNoBodyOf(1_000);
    }

    @Test
    void ifRangeHonoursTheRangeForTheSameBlobOnly() {
        byte[] content = Content.random(7, 1_000);
        Digest digest = registry.pushBlob("pull/if-range", content);
        assertThat(registry.getBlob("pull/if-range", digest, "Range", "bytes=0-9", "If-Range", "\"" + digest + "\""))
                .hasStatus(206)
                .hasBody(Content.slice(content, 0, 10));
        for (String other : new String[] {"\"other\"", "Wed, 21 Oct 2015 07:28:00 GMT", "W/\"" + digest + "\""}) {
            assertThat(registry.getBlob("pull/if-range", digest, "Range", "bytes=0-9", "If-Range", other))
                    .hasStatus(200)
                    .hasBody(content);
        }
    }

    @Test
    void whoHasItAlreadyGetsNothing() {
        Digest blob = registry.pushBlob("pull/etag", Content.random(3, 100));
        Digest manifest = registry.pushImage("pull/etag", "v1", 1);
        for (String path : new String[] {
            blob("pull/etag", blob), manifest("pull/etag", manifest), manifest("pull/etag", "v1")
        }) {
            String entityTag = registry.get(path).header("ETag");
            for (String known : new String[] {entityTag, "W/" + entityTag, "\"other\", " + entityTag, "*"}) {
                Answer answer = registry.get(path, "If-None-Match", known);
                assertThat(answer).hasStatus(304).hasHeader("ETag", entityTag);
                assertThat(answer.body()).isEmpty();
                assertThat(registry.head(path, "If-None-Match", known)).hasStatus(304);
            }
            assertThat(registry.get(path, "If-None-Match", "\"other\"")).hasStatus(200);
        }
    }

    @Test
    void aTagThatMovedIsNotWhatTheClientHas() {
        registry.pushImage("pull/moved", "v1", 1);
        String before = registry.getManifest("pull/moved", "v1").header("ETag");
        registry.pushImage("pull/moved", "v1", 2);
        assertThat(registry.getManifest("pull/moved", "v1", "If-None-Match", before)).hasStatus(200);
    }

    @Test
    void sha512IsAnsweredAsItWasPushedByTagToo() {
        byte[] manifest = registry.pushBlobsOf("pull/sha512", 1).bytes();
        Digest digest = Content.sha512(manifest);
        registry.put(manifest("pull/sha512", digest) + "?tag=v1", manifest, "Content-Type", MediaType.OCI_MANIFEST.value());
        for (Object reference : new Object[] {"v1", digest}) {
            assertThat(registry.getManifest("pull/sha512", reference))
                    .hasHeader("Docker-Content-Digest", digest.toString())
                    .hasBody(manifest);
        }
        Digest blob = registry.pushBlob("pull/sha512", Content.random(9, 100), DigestAlgorithm.SHA512);
        assertThat(registry.getBlob("pull/sha512", blob))
                .hasStatus(200)
                .hasHeader("Docker-Content-Digest", blob.toString());
    }

    @Test
    void whatIsNotThereIsUnknown() {
        registry.pushImage("pull/known", "v1", 1);
        Answer noTag = registry.getManifest("pull/known", "v2");
        assertThat(noTag).isError(404, ErrorCode.MANIFEST_UNKNOWN, "name", "pull/known", "reference", "v2");
        assertThat(registry.getManifest("pull/known", ABSENT))
                .isError(404, ErrorCode.MANIFEST_UNKNOWN, "reference", ABSENT);
        assertThat(registry.get("/v2/pull/known/blobs/" + ABSENT))
                .isError(404, ErrorCode.BLOB_UNKNOWN, "name", "pull/known", "digest", ABSENT);
    }

    /** RFC 9110, section 13.1.1. */
    @Test
    void whoHasAnotherContentInMindGetsNone() {
        Digest image = registry.pushImage("pull/if-match", "v1", 1);
        byte[] content = "if-match".getBytes(UTF_8);
        Digest digest = registry.pushBlob("pull/if-match", content);
        String blob = blob("pull/if-match", digest);
        String manifest = manifest("pull/if-match", "v1");
        for (String other : new String[] {"\"x\"", "\"x\", \"y\"", "W/\"" + digest + "\"", "W/\"" + image + "\""}) {
            assertThat(registry.get(blob, "If-Match", other)).isError(412, ErrorCode.PRECONDITION_FAILED);
            assertThat(registry.get(manifest, "If-Match", other)).isError(412, ErrorCode.PRECONDITION_FAILED);
            assertThat(registry.head(manifest, "If-Match", other)).hasStatus(412);
        }
        assertThat(registry.get(blob, "If-Match", "*")).hasStatus(200).hasBody(content);
        assertThat(registry.get(blob, "If-Match", "\"x\", \"" + digest + "\"")).hasStatus(200);
        assertThat(registry.get(manifest, "If-Match", "\"" + image + "\"")).hasStatus(200);
    }

    @Test
    void aRepositoryThatDoesNotExistIsUnknown() {
        for (String path : new String[] {"manifests/v1", "manifests/" + ABSENT, "blobs/" + ABSENT, "tags/list"}) {
            assertThat(registry.get("/v2/pull/nowhere/" + path))
                    .isError(404, ErrorCode.NAME_UNKNOWN, "name", "pull/nowhere");
        }
    }

    @Test
    void headOfWhatIsNotThereIs404WithoutABody() {
        registry.pushImage("pull/head404", "v1", 1);
        for (String path : new String[] {"manifests/v2", "manifests/" + ABSENT, "blobs/" + ABSENT}) {
            Answer answer = registry.head("/v2/pull/head404/" + path);
            assertThat(answer).hasStatus(404);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void aBlobOfAnotherRepositoryIsNotThereAndPullingDoesNotLinkIt() {
        Digest digest = registry.pushBlob("pull/theirs", Content.random(11, 100));
        registry.pushBlob("pull/ours", Content.random(12, 100));
        for (int i = 0; i < 2; i++) {
            assertThat(registry.getBlob("pull/ours", digest)).isError(404, ErrorCode.BLOB_UNKNOWN);
        }
    }

    @Test
    void aManifestOfAnotherRepositoryIsNotThere() {
        Digest digest = registry.pushImage("pull/their-image", "v1", 13);
        registry.pushImage("pull/our-image", "v1", 14);
        assertThat(registry.getManifest("pull/our-image", digest)).isError(404, ErrorCode.MANIFEST_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "sha256:notadigest",
        "sha256:",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "sha512:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    })
    void aMalformedDigestIsNoTagAndNoBlob(String digest) {
        assertThat(registry.getManifest("pull/known", digest)).isError(400, ErrorCode.DIGEST_INVALID);
        assertThat(registry.head(manifest("pull/known", digest))).hasStatus(400);
        assertThat(registry.get("/v2/pull/known/blobs/" + digest)).isError(400, ErrorCode.DIGEST_INVALID);
        assertThat(registry.head("/v2/pull/known/blobs/" + digest)).hasStatus(400);
    }

    @Test
    void aDigestInThePathMayBeEncoded() {
        byte[] content = Content.random(15, 100);
        Digest digest = registry.pushBlob("pull/encoded", content);
        assertThat(registry.get("/v2/pull/encoded/blobs/" + digest.toString().replace(":", "%3A"))).hasBody(content);
    }

    @Test
    void theLongestNameIsServed() {
        String name = "pull/" + "n".repeat(250);
        registry.pushImage(name, "t".repeat(128), 1);
        assertThat(registry.getManifest(name, "t".repeat(128))).hasStatus(200);
        assertThat(registry.get("/v2/" + name + "n/tags/list"))
                .isError(400, ErrorCode.NAME_INVALID, "name", name + "n");
    }

    @Test
    void aNameWhosePartsAreNamedLikeEndpointsIsServed() {
        for (String name : new String[] {"manifests/blobs", "pull/tags/list", "blobs/uploads", "pull/manifests/v1"}) {
            byte[] content = UUID.randomUUID().toString().getBytes(UTF_8);
            Digest digest = registry.pushBlob(name, content);
            assertThat(registry.getBlob(name, digest)).hasBody(content);
            registry.pushImage(name, "v1", 1);
            assertThat(registry.getManifest(name, "v1")).hasStatus(200);
            assertThat(registry.get("/v2/" + name + "/tags/list")).hasStatus(200);
        }
    }

    private static byte[] prettyPrinted(ManifestJson manifest) {
        return (manifest.json().toPrettyString() + "\r\n  \n").getBytes(UTF_8);
    }
}
