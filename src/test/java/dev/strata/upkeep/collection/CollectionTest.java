package dev.strata.upkeep.collection;

import static dev.strata.cache.http.CacheCalls.entry;
import static dev.strata.cache.http.CacheCalls.run;
import static dev.strata.cache.http.CacheCalls.step;
import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.step.Step;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What nothing holds goes, and what anything holds stays. */
class CollectionTest extends CollectionTestCase {

    private static final Duration THREE_QUARTERS = GRACE.multipliedBy(3).dividedBy(4);

    @Test
    void whatAnImageWasMadeOfGoesAfterIt() throws IOException {
        byte[] config = Content.random(9_001, 200);
        byte[] shared = Content.random(9_002, 3_000);
        byte[] own = Content.random(9_003, 4_000);
        ManifestJson first = push("collect/image", "first", config, shared, own);
        push("collect/image", "second", config, shared);
        registry.delete(manifest("collect/image", first.digest()));
        assertThat(canBePulled("collect/image", Content.sha256(own))).as("by whoever has the manifest").isTrue();
        pass(UNDO);
        assertThat(registry.getBlob("collect/image", Content.sha256(own))).isError(404, ErrorCode.BLOB_UNKNOWN);
        assertThat(isStored(Content.sha256(own))).isFalse();
        assertThat(canBePulled("collect/image", Content.sha256(shared))).isTrue();
        assertThat(count("select count(*) from manifest where digest = ?", first.digest())).isZero();
        assertThatTheFiguresAreThoseOfTheStore();

        assertThat(push("collect/image", "first", config, shared, own).digest()).isEqualTo(first.digest());
        assertThat(registry.getManifest("collect/image", "first")).hasStatus(200);
        assertThat(registry.getBlob("collect/image", Content.sha256(own))).hasBody(own);
    }

    @Test
    void anotherRepositoryKeepsWhatItHas() {
        byte[] config = Content.random(9_011, 200);
        byte[] layer = Content.random(9_012, 3_000);
        ManifestJson image = push("collect/mine", "1", config, layer);
        push("collect/yours", "1", config, layer);
        registry.delete(manifest("collect/mine", image.digest()));
        pass(UNDO);
        assertThat(canBePulled("collect/mine", Content.sha256(layer))).isFalse();
        assertThat(registry.getBlob("collect/yours", Content.sha256(layer))).hasBody(layer);
        assertThat(registry.getManifest("collect/yours", image.digest())).hasStatus(200);
    }

    @Test
    void whatNoTagNamesStays() {
        byte[] config = Content.random(9_021, 200);
        byte[] layer = Content.random(9_022, 3_000);
        ManifestJson image = push("collect/untagged", "latest", config, layer);
        push("collect/untagged", "latest", config);
        registry.delete(manifest("collect/untagged", "latest"));
        pass(Duration.ofDays(30));
        assertThat(registry.getManifest("collect/untagged", image.digest())).hasStatus(200);
        assertThat(registry.getBlob("collect/untagged", Content.sha256(layer))).hasBody(layer);
    }

    /** A way to be told that a repository has a blob. */
    private interface Answer {
        void get(CollectionTest test, String repository, byte[] content);
    }

    static Stream<Answer> answersThatPromise() {
        return Stream.of(
                (test, repository, content) -> test.registry.pushBlob(repository, content),
                (test, repository, content) ->
                        assertThat(test.registry.head(blob(repository, Content.sha256(content)))).hasStatus(200),
                (test, repository, content) -> {
                    test.registry.pushBlob(repository + "/source", content);
                    assertThat(test.registry.post("/v2/" + repository + "/blobs/uploads/?mount="
                                    + Content.sha256(content) + "&from=" + repository + "/source"))
                            .hasStatus(201);
                },
                (test, repository, content) -> {
                    var missing = new CacheCalls(test.registry, repository)
                            .post("missing", "{\"digests\":[\"" + Content.sha256(content) + "\"]}");
                    assertThat(missing.json().path("missing").isEmpty()).isTrue();
                });
    }

    @ParameterizedTest
    @MethodSource("answersThatPromise")
    void whoIsToldThatABlobIsThereCanRelyOnIt(Answer answer) {
        byte[] content = Content.random(9_030, 1_000);
        String repository = "collect/promise";
        registry.pushBlob(repository, content);
        pass(THREE_QUARTERS);
        answer.get(this, repository, content);
        pass(THREE_QUARTERS);
        ManifestJson image = ManifestJson.image(content);
        assertThat(registry.putManifest(repository, "late", image.mediaType(), image.bytes())).hasStatus(201);
        pass(LONG);
        assertThat(canBePulled(repository, Content.sha256(content))).isTrue();
        registry.delete(manifest(repository, image.digest()));
        pass(UNDO);
        assertThat(canBePulled(repository, Content.sha256(content))).isFalse();
    }

    @Test
    void aLinkThatAQuestionMadeGoesAfterTheGraceIfNothingNamesIt() {
        byte[] content = Content.random(9_044, 1_000);
        Digest digest = Content.sha256(content);
        ManifestJson image = push("collect/asked", "kept", content);
        assertThat(registry.head(blob("collect/asking", digest))).hasStatus(200);
        pass(THREE_QUARTERS);
        assertThat(canBePulled("collect/asking", digest)).isTrue();
        pass(THREE_QUARTERS);
        assertThat(canBePulled("collect/asking", digest)).isFalse();
        assertThat(canBePulled("collect/asked", digest)).isTrue();
        assertThat(registry.getManifest("collect/asked", image.digest())).hasStatus(200);
    }

    /** Longer than that nobody looks whether a deletion was one. */
    @Test
    void whatWasDeletedCanBeAskedForAfterTheGrace() {
        byte[] content = Content.random(9_045, 1_000);
        Digest digest = Content.sha256(content);
        push("collect/has", "kept", content);
        registry.pushBlob("collect/had", content);
        registry.delete(blob("collect/had", digest));
        assertThat(registry.head(blob("collect/had", digest))).hasStatus(404);
        pass(LONG);
        assertThat(registry.head(blob("collect/had", digest))).hasStatus(200);
    }

    @Test
    void aBlobThatNothingNamesGoesAfterTheGrace() {
        byte[] content = Content.random(9_041, 1_000);
        registry.pushBlob("collect/unnamed", content);
        pass(THREE_QUARTERS);
        assertThat(registry.getBlob("collect/unnamed", Content.sha256(content))).as("a pull promises nothing").hasBody(content);
        pass(THREE_QUARTERS);
        assertThat(canBePulled("collect/unnamed", Content.sha256(content))).isFalse();
        assertThat(isStored(Content.sha256(content))).isFalse();
    }

    @Test
    void aDeletedBlobGoesFromTheDiskToo() {
        byte[] content = Content.random(9_051, 1_000);
        Digest digest = registry.pushBlob("collect/deleted", content);
        registry.delete(blob("collect/deleted", digest));
        assertThat(isStored(digest)).isTrue();
        pass(UNDO);
        assertThat(isStored(digest)).isFalse();
        registry.pushBlob("collect/deleted", content);
        assertThat(registry.getBlob("collect/deleted", digest)).hasBody(content);
    }

    @Test
    void anEntryOfTheCacheKeepsItsLayer() {
        CacheCalls cache = new CacheCalls(registry, "collect/cache");
        TestLayer layer = TestLayer.of(9_061);
        Step step = step(Optional.empty(), run("make collect"));
        registry.pushBlob("collect/cache", layer.content());
        assertThat(cache.put(step.key(), entry(step, layer))).isJson(201);
        pass(LONG);
        pass(LONG);
        assertThat(cache.get(step.key(), "")).isJson(200);
        registry.delete(cache.path("entries/" + step.key()));
        settle();
        assertThat(registry.getBlob("collect/cache", layer.digest()))
                .as("the agent that was just told of it")
                .hasStatus(200);
        pass(LONG);
        assertThat(registry.getBlob("collect/cache", layer.digest())).as("gone with its repository, or before it").hasStatus(404);
        assertThat(isStored(layer.digest())).isFalse();
    }

    /** In the repository one manifest of very many names the blob, among others that do so elsewhere. */
    @Test
    void aBlobThatVeryManyManifestsNameIsFoundAmongThem() throws IOException {
        byte[] config = Content.random(9_071, 100);
        byte[] popular = Content.random(9_072, 100);
        push("collect/popular", "0", config, popular);
        push("collect/popular/elsewhere", "0", config, popular);
        for (int i = 1; i < 250; i++) {
            registry.pushManifest("collect/popular/elsewhere", "t", ManifestJson.image(config, popular).annotation("n", "" + i));
        }
        ManifestJson last = ManifestJson.image(config, popular).annotation("n", "last");
        registry.pushManifest("collect/popular", "last", last);
        registry.delete(manifest("collect/popular", ManifestJson.image(config, popular).digest()));
        pass(UNDO);
        assertThat(registry.getBlob("collect/popular", Content.sha256(popular))).hasBody(popular);
        registry.delete(manifest("collect/popular", last.digest()));
        pass(UNDO);
        assertThat(canBePulled("collect/popular", Content.sha256(popular))).isFalse();
        assertThat(registry.getBlob("collect/popular/elsewhere", Content.sha256(popular))).hasBody(popular);
        assertThatTheFiguresAreThoseOfTheStore();
    }

    @Test
    void aManifestOfVeryManyLayersGoesInPieces() throws IOException {
        byte[] config = Content.random(9_081, 100);
        byte[] layer = Content.random(9_082, 100);
        registry.pushBlob("collect/wide", config);
        registry.pushBlob("collect/wide", layer);
        ManifestJson wide = ManifestJson.image(config);
        var descriptor = ManifestJson.descriptor(ManifestJson.LAYER, Content.sha256(layer), layer.length);
        wide.json().withArray("/layers").addAll(java.util.Collections.nCopies(2_500, descriptor));
        Digest digest = registry.pushManifest("collect/wide", "wide", wide);
        registry.delete(manifest("collect/wide", digest));
        pass(UNDO);
        assertThat(count("select count(*) from manifest where digest = ?", digest)).isZero();
        assertThat(count("select count(*) from manifest_reference where digest = ?", Content.sha256(layer))).isZero();
        assertThat(isStored(Content.sha256(layer))).isFalse();
        assertThatTheFiguresAreThoseOfTheStore();
    }

    private ManifestJson push(String repository, String tag, byte[] config, byte[]... layers) {
        registry.pushBlob(repository, config);
        List.of(layers).forEach(layer -> registry.pushBlob(repository, layer));
        ManifestJson image = ManifestJson.image(config, layers);
        registry.pushManifest(repository, tag, image);
        return image;
    }

    private long count(String query, Digest digest) {
        Long count = jdbc.queryForObject(query, Long.class, (Object) digest.bytes());
        return count == null ? 0 : count;
    }
}
