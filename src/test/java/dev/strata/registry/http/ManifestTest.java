package dev.strata.registry.http;

import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.URLEncoder;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** OCI Distribution Specification, "Pushing Manifests": under which names, and by how many. */
@RegistryTest
class ManifestTest {

    private static final Digest ABSENT = Content.sha256("absent".getBytes(UTF_8));

    @Autowired
    RegistryClient registry;

    @Test
    void aManifestIsPushedByTag() {
        ManifestJson image = registry.pushBlobsOf("manifest/tag", 1);
        Answer pushed = registry.putManifest("manifest/tag", "v1", MediaType.OCI_MANIFEST, image.bytes());
        assertThat(pushed)
                .hasStatus(201)
                .hasHeader("Location", registry.origin() + manifest("manifest/tag", image.digest()))
                .hasHeader("Docker-Content-Digest", image.digest().toString())
                .hasNoHeader("OCI-Subject")
                .hasNoHeader("OCI-Tag")
                .hasNoHeader("Warning")
                .hasNoBodyOf(0);
        assertThat(registry.get(pushed.location())).hasBody(image.bytes());
    }

    @Test
    void aManifestIsPushedByDigestWithoutATag() {
        ManifestJson image = registry.pushBlobsOf("manifest/digest", 1);
        assertThat(registry.putManifest("manifest/digest", image.digest(), MediaType.OCI_MANIFEST, image.bytes()))
                .hasStatus(201)
                .hasHeader("Docker-Content-Digest", image.digest().toString());
        assertThat(registry.get("/v2/manifest/digest/tags/list").json().path("tags").size()).isZero();
    }

    @Test
    void aManifestIsPushedWithoutContentLength() {
        ManifestJson image = registry.pushBlobsOf("manifest/stream", 1);
        Answer pushed = registry.stream(
                "PUT", manifest("manifest/stream", "v1"), image.bytes(), "Content-Type", MediaType.OCI_MANIFEST.value());
        assertThat(pushed).hasStatus(201);
        assertThat(registry.getManifest("manifest/stream", "v1")).hasBody(image.bytes());
    }

    @Test
    void anotherDigestThanTheContentsIsRefused() {
        byte[] content = registry.pushBlobsOf("manifest/wrong", 1).bytes();
        assertThat(registry.putManifest("manifest/wrong", ABSENT, MediaType.OCI_MANIFEST, content))
                .isError(
                        400,
                        ErrorCode.DIGEST_INVALID,
                        "expected",
                        ABSENT.toString(),
                        "actual",
                        Content.sha256(content).toString());
        assertThat(registry.getManifest("manifest/wrong", ABSENT)).hasStatus(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "application/vnd.oci.image.manifest.v1+json;charset=utf-8",
        "application/vnd.oci.image.manifest.v1+json ; a=b; c=\"d\""
    })
    void parametersOfTheContentTypeAreLeftOut(String contentType) {
        byte[] content = registry.pushBlobsOf("manifest/parameters", 1).bytes();
        assertThat(registry.put(manifest("manifest/parameters", "v1"), content, "Content-Type", contentType))
                .hasStatus(201);
        assertThat(registry.getManifest("manifest/parameters", "v1"))
                .hasHeader("Content-Type", MediaType.OCI_MANIFEST.value());
    }

    @Test
    void severalTagsAreGivenInOnePush() {
        ManifestJson image = registry.pushBlobsOf("manifest/tags", 1);
        List<String> tags = IntStream.range(0, 25).mapToObj(i -> "t" + i).toList();
        Answer pushed = registry.put(
                manifest("manifest/tags", image.digest()) + "?tag=" + String.join("&tag=", tags),
                image.bytes(),
                "Content-Type",
                MediaType.OCI_MANIFEST.value());
        assertThat(pushed).hasStatus(201).hasHeaders("OCI-Tag", tags);
        for (String tag : tags) {
            assertThat(registry.getManifest("manifest/tags", tag)).hasBody(image.bytes());
        }
    }

    @Test
    void aTagThatIsGivenTwiceIsNamedOnce() {
        ManifestJson image = registry.pushBlobsOf("manifest/tag-twice", 1);
        Answer pushed = registry.put(
                manifest("manifest/tag-twice", image.digest()) + "?tag=a&tag=b&tag=a",
                image.bytes(),
                "Content-Type",
                MediaType.OCI_MANIFEST.value());
        assertThat(pushed).hasStatus(201).hasHeaders("OCI-Tag", List.of("a", "b"));
    }

    /** The answer names each tag in a header, and what it has no room for must not be done. */
    @ParameterizedTest
    @CsvSource({"71, 128, 201", "72, 128, 414", "600, 5, 201", "700, 10, 414", "2000, 5, 414", "200, 128, 414"})
    void moreTagsThanTheAnswerCanNameAreRefusedBeforeAnythingIsStored(int count, int length, int status) {
        String repository = "manifest/many-tags-" + count + "-" + length;
        ManifestJson image = registry.pushBlobsOf(repository, 1);
        List<String> tags = IntStream.range(0, count)
                .mapToObj(number -> (number + "-").concat("x".repeat(128)).substring(0, Math.max(length, 5)))
                .toList();
        Answer pushed = registry.put(
                manifest(repository, image.digest()) + "?tag=" + String.join("&tag=", tags),
                image.bytes(),
                "Content-Type",
                MediaType.OCI_MANIFEST.value());
        assertThat(pushed).hasStatus(status);
        assertThat(registry.getManifest(repository, image.digest().toString()))
                .hasStatus(status == 201 ? 200 : 404);
        assertThat(registry.getManifest(repository, tags.getLast())).hasStatus(status == 201 ? 200 : 404);
    }

    @Test
    void aTagThatIsNoneRefusesAllOfThem() {
        ManifestJson image = registry.pushBlobsOf("manifest/bad-tags", 1);
        Answer pushed = registry.put(
                manifest("manifest/bad-tags", image.digest()) + "?tag=good&tag=-bad",
                image.bytes(),
                "Content-Type",
                MediaType.OCI_MANIFEST.value());
        assertThat(pushed).isError(400, ErrorCode.MANIFEST_INVALID, "tag", "-bad");
        assertThat(registry.getManifest("manifest/bad-tags", "good")).hasStatus(404);
    }

    @Test
    void aTagIsOneParameterEach() {
        ManifestJson image = registry.pushBlobsOf("manifest/comma", 1);
        Answer pushed = registry.put(
                manifest("manifest/comma", image.digest()) + "?tag=a,b",
                image.bytes(),
                "Content-Type",
                MediaType.OCI_MANIFEST.value());
        assertThat(pushed).isError(400, ErrorCode.MANIFEST_INVALID, "tag", "a,b");
    }

    @Test
    void furtherTagsBesideATagAreRefused() {
        ManifestJson image = registry.pushBlobsOf("manifest/two-ways", 1);
        Answer pushed = registry.put(
                manifest("manifest/two-ways", "v1") + "?tag=v2",
                image.bytes(),
                "Content-Type",
                MediaType.OCI_MANIFEST.value());
        assertThat(pushed).isError(400, ErrorCode.UNSUPPORTED, "reference", "v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v1", ".v1", "v1!", "v 1", "ü"})
    void whatIsNoTagIsRefused(String tag) {
        String encoded = URLEncoder.encode(tag, UTF_8).replace("+", "%20");
        assertThat(registry.putManifest("manifest/no-tag", encoded, MediaType.OCI_MANIFEST, new byte[0]))
                .isError(400, ErrorCode.MANIFEST_INVALID, "tag", tag);
        assertThat(registry.getManifest("manifest/no-tag", "t".repeat(129))).hasStatus(400);
    }

    @Test
    void aTagMovesAndTheManifestBeforeStaysPullable() {
        Digest first = registry.pushImage("manifest/retag", "v1", 1);
        Digest second = registry.pushImage("manifest/retag", "v1", 2);
        assertThat(registry.getManifest("manifest/retag", "v1"))
                .hasHeader("Docker-Content-Digest", second.toString());
        assertThat(registry.getManifest("manifest/retag", first)).hasStatus(200);
        assertThat(registry.get("/v2/manifest/retag/tags/list").json().path("tags")).hasSize(1);
        registry.pushImage("manifest/retag", "v1", 1);
        assertThat(registry.getManifest("manifest/retag", "v1"))
                .hasHeader("Docker-Content-Digest", first.toString());
    }

    @Test
    void aTagMayLookLikeAReferrersTag() {
        String tag = "sha256-" + "0".repeat(64);
        Digest digest = registry.pushImage("manifest/fallback-tag", tag, 1);
        assertThat(registry.getManifest("manifest/fallback-tag", tag))
                .hasStatus(200)
                .hasHeader("Docker-Content-Digest", digest.toString());
    }

    @Test
    void theSameManifestCanBePushedByManyAtOnce() throws Exception {
        ManifestJson image = registry.pushBlobsOf("manifest/at-once", 1);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Answer>> pushes = IntStream.range(0, 32)
                    .mapToObj(i -> threads.submit(() -> registry.putManifest(
                            "manifest/at-once", i % 2 == 0 ? "even" : "v" + i, MediaType.OCI_MANIFEST, image.bytes())))
                    .toList();
            for (Future<Answer> push : pushes) {
                assertThat(push.get()).hasStatus(201);
            }
        }
        assertThat(registry.get("/v2/manifest/at-once/tags/list").json().path("tags")).hasSize(17);
    }

    @Test
    void aTagThatManyMoveAtOnceEndsAtOneOfTheirs() throws Exception {
        List<ManifestJson> images = IntStream.range(0, 8)
                .mapToObj(seed -> registry.pushBlobsOf("manifest/race", seed))
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Answer>> pushes = images.stream()
                    .map(image -> threads.submit(() -> registry.putManifest(
                            "manifest/race", "latest", MediaType.OCI_MANIFEST, image.bytes())))
                    .toList();
            for (Future<Answer> push : pushes) {
                assertThat(push.get()).hasStatus(201);
            }
        }
        assertThat(images.stream().map(image -> image.digest().toString()))
                .contains(registry.getManifest("manifest/race", "latest").header("Docker-Content-Digest"));
        for (ManifestJson image : images) {
            assertThat(registry.getManifest("manifest/race", image.digest())).hasBody(image.bytes());
        }
    }
}
