package dev.strata.access.decisions;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.access.policy.TestPolicy;
import dev.strata.access.policy.WithRules;
import dev.strata.access.callers.TestCallers;
import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What whoever may only read, and write a scope of the cache, leaves in a repository, and takes away again. */
@WithRules
class CacheUploadsTest {

    private static final String JOB = "workload https://token.actions.githubusercontent.com repository=acme/web,ref=";
    private static final String[] PULL_REQUEST = {TestCallers.CALLER, JOB + "refs/pull/12/merge"};
    private static final String[] OTHER_PULL_REQUEST = {TestCallers.CALLER, JOB + "refs/pull/13/merge"};
    private static final String[] MAIN = {TestCallers.CALLER, JOB + "refs/heads/main"};

    private static final String POLICY = """
            grants:
              - who:
                  issuer: https://token.actions.githubusercontent.com
                  claims: {repository: acme/web, ref: "refs/pull/{pull_request}/merge"}
                on: uploads/**
                may: [pull, cache]
                cache: pr-{pull_request}
              - who:
                  issuer: https://token.actions.githubusercontent.com
                  claims: {repository: acme/web, ref: refs/heads/main}
                on: uploads/**
                may: [pull, push, cache]
                cache: main
            """;

    private static final String TEMPORARY = "strata-build-0000000065000000-0123456789abcdef";
    private static final String OTHER_TEMPORARY = "strata-build-0000000065000000-fedcba9876543210";

    @Autowired
    RegistryClient registry;

    @Autowired
    TestPolicy policy;

    @Autowired
    WorkQueue queue;

    @Autowired
    JdbcClient jdbc;

    @BeforeEach
    void grant() {
        policy.become(POLICY);
    }

    private static String[] with(String[] caller, String... headers) {
        return Stream.of(caller, headers).flatMap(Stream::of).toArray(String[]::new);
    }

    private void upload(String repository, byte[] content, String[] caller) {
        String path = "/v2/" + repository + "/blobs/uploads/?digest=" + Content.sha256(content);
        assertThat(registry.post(path, content, caller)).hasStatus(201);
    }

    private Answer push(String repository, Object reference, ManifestJson manifest, String[] caller) {
        return registry.put(
                manifest(repository, reference), manifest.bytes(), with(caller, "Content-Type", manifest.mediaType().value()));
    }

    private static byte[] config(String mark) {
        return """
                {"architecture":"amd64","os":"linux","history":[{"created_by":"%s"}]}""".formatted(mark).getBytes(UTF_8);
    }

    /** An image as a builder hands it over, and its blobs uploaded. */
    private ManifestJson image(String repository, int seed, String[] caller) {
        byte[] config = config(TEMPORARY + " " + seed);
        byte[] layer = Content.random(seed, 300);
        upload(repository, config, caller);
        upload(repository, layer, caller);
        return ManifestJson.image(config, layer);
    }

    private static Digest configOf(ManifestJson image) {
        return Digest.of(image.json().path("config").path("digest").stringValue());
    }

    private static Digest layerOf(ManifestJson image) {
        return Digest.of(image.json().path("layers").path(0).path("digest").stringValue());
    }

    @Test
    void aTemporaryImageComesAndGoesAndItsLayersStay() {
        String repository = "uploads/story";
        ManifestJson image = image(repository, 1, PULL_REQUEST);

        assertThat(push(repository, TEMPORARY, image, PULL_REQUEST)).hasStatus(201);
        assertThat(push(repository, TEMPORARY, image, PULL_REQUEST)).hasStatus(201);
        assertThat(registry.getManifest(repository, TEMPORARY, PULL_REQUEST)).hasStatus(200);
        // While there is a manifest that names it, it stays.
        assertThat(registry.delete(blob(repository, configOf(image)), PULL_REQUEST)).isError(403, ErrorCode.DENIED);

        assertThat(registry.delete(manifest(repository, TEMPORARY), PULL_REQUEST)).hasStatus(202);
        assertThat(registry.delete(manifest(repository, image.digest()), PULL_REQUEST)).hasStatus(202);
        assertThat(registry.delete(blob(repository, configOf(image)), PULL_REQUEST)).hasStatus(202);

        assertThat(registry.getManifest(repository, TEMPORARY, PULL_REQUEST)).hasStatus(404);
        assertThat(registry.getManifest(repository, image.digest(), PULL_REQUEST)).hasStatus(404);
        assertThat(registry.getBlob(repository, configOf(image), PULL_REQUEST)).hasStatus(404);
        assertThat(registry.delete(blob(repository, layerOf(image)), PULL_REQUEST)).isError(403, ErrorCode.DENIED);
        assertThat(registry.getBlob(repository, layerOf(image), PULL_REQUEST)).hasStatus(200);
    }

    @Test
    void anUploadInPartsIsFinishedAndCancelled() {
        Answer begun = registry.post("/v2/uploads/parts/blobs/uploads/", PULL_REQUEST);
        assertThat(begun).hasStatus(202);
        byte[] content = Content.random(2, 100);
        assertThat(registry.patch(begun.location(), content, PULL_REQUEST)).hasStatus(202);
        assertThat(registry.get(begun.location(), PULL_REQUEST)).hasStatus(204);
        String end = RegistryClient.withDigest(begun.location(), Content.sha256(content));
        assertThat(registry.put(end, new byte[0], PULL_REQUEST)).hasStatus(201);
        String other = registry.post("/v2/uploads/parts/blobs/uploads/", PULL_REQUEST).location();
        assertThat(registry.delete(other, PULL_REQUEST)).hasStatus(204);
    }

    @Test
    void whatMayBeReadIsMounted() {
        Digest known = registry.pushBlob("uploads/other", Content.random(3, 100));
        Digest hidden = registry.pushBlob("hidden/other", Content.random(4, 100));
        String mount = "/v2/uploads/mounts/blobs/uploads/?mount=";
        assertThat(registry.post(mount + known + "&from=uploads/other", PULL_REQUEST)).hasStatus(201);
        assertThat(registry.post(mount + hidden + "&from=hidden/other", PULL_REQUEST)).hasStatus(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "latest", "strata-build-tools", TEMPORARY + "0", "DIGEST?tag=v1", "DIGEST?tag=" + TEMPORARY + "&tag=v1"})
    void noOtherTagIsPushed(String reference) {
        String repository = "uploads/tags";
        ManifestJson image = image(repository, 5, PULL_REQUEST);
        String path = reference.replace("DIGEST", image.digest().toString());
        assertThat(push(repository, path, image, PULL_REQUEST)).isError(403, ErrorCode.DENIED, "needed", "push");
        assertThat(registry.get("/v2/" + repository + "/tags/list", MAIN).text()).doesNotContain("v1", "latest", "strata");
    }

    /** It would be among the referrers of what others pull. */
    @Test
    void nothingIsSaidAboutAnotherManifest() {
        String repository = "uploads/referrers";
        Digest signed = registry.pushImage(repository, "v1", 6);
        ManifestJson signature = image(repository, 7, PULL_REQUEST).subject(signed);
        assertThat(push(repository, signature.digest(), signature, PULL_REQUEST)).isError(403, ErrorCode.DENIED);
        assertThat(push(repository, TEMPORARY, signature, PULL_REQUEST)).isError(403, ErrorCode.DENIED);
        assertThat(registry.get("/v2/" + repository + "/referrers/" + signed).json().path("manifests")).isEmpty();
    }

    /** What a builder handed over is read from there in a moment, and stored for all who read its scope. */
    @Test
    void anotherBuildsImageIsNeitherMovedNorRemoved() {
        String repository = "uploads/others";
        ManifestJson poison = image(repository, 8, OTHER_PULL_REQUEST);
        List<String[]> owners = List.of(MAIN, PULL_REQUEST);
        List<String> tags = List.of(TEMPORARY, OTHER_TEMPORARY);
        for (int i = 0; i < owners.size(); i++) {
            ManifestJson good = image(repository, 9 + i, owners.get(i));
            assertThat(push(repository, tags.get(i), good, owners.get(i))).hasStatus(201);

            assertThat(push(repository, tags.get(i), poison, OTHER_PULL_REQUEST)).isError(403, ErrorCode.DENIED);
            assertThat(push(repository, poison.digest() + "?tag=" + tags.get(i), poison, OTHER_PULL_REQUEST))
                    .isError(403, ErrorCode.DENIED);
            assertThat(push(repository, tags.get(i), good, OTHER_PULL_REQUEST)).hasStatus(201); // it is that already
            assertThat(registry.delete(manifest(repository, tags.get(i)), OTHER_PULL_REQUEST)).isError(403, ErrorCode.DENIED);
            assertThat(registry.delete(manifest(repository, good.digest()), OTHER_PULL_REQUEST)).isError(403, ErrorCode.DENIED);

            assertThat(registry.getManifest(repository, tags.get(i)).header("Docker-Content-Digest"))
                    .isEqualTo(good.digest().toString());
            assertThat(registry.delete(manifest(repository, tags.get(i)), owners.get(i))).hasStatus(202);
            assertThat(registry.delete(manifest(repository, good.digest()), owners.get(i))).hasStatus(202);
        }
    }

    @Test
    void whatOthersPushedTooStays() {
        String repository = "uploads/adopted";
        List<Digest> pushed = new ArrayList<>();
        for (String name : List.of("v1", "DIGEST", "INDEX")) {
            ManifestJson image = image(repository, name.hashCode(), PULL_REQUEST);
            assertThat(push(repository, image.digest() + "?tag=" + TEMPORARY, image, PULL_REQUEST)).hasStatus(201);
            assertThat(registry.delete(manifest(repository, TEMPORARY), PULL_REQUEST)).hasStatus(202);
            if (name.equals("INDEX")) {
                ManifestJson index = ManifestJson.index(image.descriptor());
                assertThat(push(repository, "both", index, MAIN)).hasStatus(201);
            } else {
                assertThat(push(repository, name.replace("DIGEST", image.digest().toString()), image, MAIN)).hasStatus(201);
            }
            pushed.add(image.digest());
        }
        for (Digest digest : pushed) {
            assertThat(registry.delete(manifest(repository, digest), PULL_REQUEST)).isError(403, ErrorCode.DENIED);
            assertThat(registry.getManifest(repository, digest)).hasStatus(200);
        }
    }

    @Test
    void whatIsThereStaysAsItIs() {
        String repository = "uploads/kept";
        Digest image = registry.pushImage(repository, "v1", 20);
        byte[] content = registry.getManifest(repository, image).body();
        String[] again = with(PULL_REQUEST, "Content-Type", MediaType.OCI_MANIFEST.value());
        assertThat(registry.put(manifest(repository, image), content, again)).hasStatus(201);
        assertThat(registry.put(manifest(repository, TEMPORARY), content, again)).hasStatus(201);
        assertThat(registry.delete(manifest(repository, TEMPORARY), PULL_REQUEST)).isError(403, ErrorCode.DENIED);
        assertThat(registry.delete(manifest(repository, image), PULL_REQUEST)).isError(403, ErrorCode.DENIED);
        assertThat(registry.getManifest(repository, "v1")).hasStatus(200);
    }

    /** A manifest need not say its own type; then it has that with which it was pushed. */
    @Test
    void theTypeOfWhatIsThereStays() {
        String repository = "uploads/types";
        ManifestJson image = image(repository, 22, MAIN);
        image.json().remove("mediaType");
        assertThat(push(repository, "v1", image, MAIN)).hasStatus(201);
        String other = MediaType.DOCKER_MANIFEST.value();
        assertThat(registry.put(manifest(repository, image.digest()), image.bytes(), with(PULL_REQUEST, "Content-Type", other))
                .status()).isIn(201, 400);
        assertThat(registry.getManifest(repository, "v1", PULL_REQUEST)).hasHeader("Content-Type", MediaType.OCI_MANIFEST.value());
    }

    /** A build that was killed leaves its image behind. */
    @Test
    void whatIsOlderThanABuildMayBeIsRemovedByTheNext() {
        String repository = "uploads/old";
        ManifestJson image = image(repository, 21, PULL_REQUEST);
        assertThat(push(repository, TEMPORARY, image, PULL_REQUEST)).hasStatus(201);
        jdbc.sql("""
                update manifest_link set pushed_at = pushed_at - interval '25' hour
                where manifest_id = (select id from manifest where digest = ?)""").param(image.digest().bytes()).update();
        assertThat(registry.delete(manifest(repository, TEMPORARY), OTHER_PULL_REQUEST)).hasStatus(202);
        assertThat(registry.delete(manifest(repository, image.digest()), OTHER_PULL_REQUEST)).hasStatus(202);
    }

    /** Entries that are read from images are for everyone, whoever pushed them. */
    @Test
    void noEntryIsReadFromATemporaryImage() {
        CacheCalls cache = new CacheCalls(registry, "uploads/derived");
        TestLayer below = TestLayer.of(1);
        TestLayer poison = TestLayer.of(2);
        String base = """
                {"os":"linux","architecture":"amd64","config":{"Env":["PATH=/bin"]},
                 "rootfs":{"type":"layers","diff_ids":["%s"]}}""".formatted(below.diffId());
        String made = """
                {"os":"linux","architecture":"amd64","config":{"Env":["PATH=/bin"]},
                 "rootfs":{"type":"layers","diff_ids":["%s","%s"]},
                 "history":[{"created_by":"/bin/sh -c #(nop) ADD file:ab in / "},
                            {"created_by":"/bin/sh -c #(nop)  ENV PATH=/bin","empty_layer":true},
                            {"created_by":"/bin/sh -c make install"}]}""".formatted(below.diffId(), poison.diffId());
        for (byte[] content : List.of(base.getBytes(UTF_8), made.getBytes(UTF_8), below.content(), poison.content())) {
            upload(cache.repository(), content, PULL_REQUEST);
        }
        registry.pushManifest(cache.repository(), "base", ManifestJson.image(base.getBytes(UTF_8), below.content()));
        ManifestJson image = ManifestJson.image(made.getBytes(UTF_8), below.content(), poison.content());

        assertThat(push(cache.repository(), TEMPORARY, image, PULL_REQUEST)).hasStatus(201);
        assertThat(push(cache.repository(), image.digest(), image, PULL_REQUEST)).hasStatus(201);
        derive();
        assertThat(cache.layer("base", "RUN make install", "")).hasStatus(404);

        assertThat(push(cache.repository(), "v1", image, MAIN)).hasStatus(201);
        derive();
        assertThat(cache.layer("base", "RUN make install", "")).hasStatus(200);
    }

    private void derive() {
        await().until(() -> queue.waiting("derive-entries") == 0);
    }
}
