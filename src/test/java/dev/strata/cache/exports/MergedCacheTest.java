package dev.strata.cache.exports;

import static dev.strata.cache.exports.ExportJson.NONE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.database.columns.ColumnTime;
import dev.strata.database.work.Work;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Builders export their caches under one tag, and none takes away what others exported. */
@RegistryTest
class MergedCacheTest {

    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String TAG = "buildcache";

    @Autowired
    RegistryClient registry;

    @Autowired
    ExportForgetting forgetting;

    @Autowired
    JdbcTemplate database;

    /** A cache of one step, with the layer that it made. */
    private record Export(String name, byte[] config, ObjectNode layer) {

        ManifestJson image() {
            ManifestJson image = ManifestJson.image(config).layer(layer);
            ((ObjectNode) image.json().get("config")).put("mediaType", MediaType.BUILDKIT_CACHE.value());
            return image;
        }

        ManifestJson index() {
            return ManifestJson.index(
                    layer, ManifestJson.descriptor(MediaType.BUILDKIT_CACHE.value(), Content.sha256(config), config.length));
        }
    }

    /** Pushes what a cache consists of. */
    private Export export(String repository, String name) {
        byte[] content = ("layer of " + name).getBytes(UTF_8);
        Digest digest = registry.pushBlob(repository, content);
        ObjectNode layer = ManifestJson.descriptor(LAYER, digest, content.length);
        layer.putObject("annotations")
                .put("containerd.io/uncompressed", ExportJson.digest("diff " + name).toString())
                .put("buildkit/createdat", "2026-01-02T03:04:05.678Z");
        ExportJson json = new ExportJson();
        int place = json.layer(digest, NONE);
        int root = json.record("root", List.of());
        json.record(name, List.of(place), root);
        registry.pushBlob(repository, json.bytes());
        return new Export(name, json.bytes(), layer);
    }

    /** The cache that a tag or a digest stands for, as a builder reads it. */
    private BuildKitView view(String repository, Object reference) {
        Answer manifest = registry.getManifest(repository, reference);
        assertThat(manifest).hasStatus(200);
        JsonNode config = manifest.json().path("config");
        for (JsonNode child : manifest.json().path("manifests")) {
            if (child.get("mediaType").stringValue().equals(MediaType.BUILDKIT_CACHE.value())) {
                config = child;
            }
        }
        Answer content = registry.getBlob(repository, Digest.of(config.get("digest").stringValue()));
        assertThat(content).hasStatus(200);
        return BuildKitView.of(content.body());
    }

    @Test
    void eachBuilderFindsWhatAllExported() {
        String repository = "merged/images";
        List<Digest> pushed = IntStream.range(0, 3)
                .mapToObj(i -> registry.pushManifest(repository, TAG, export(repository, "branch " + i).image()))
                .toList();

        BuildKitView view = view(repository, TAG);

        assertThat(IntStream.range(0, 3)).allMatch(i -> view.count("branch " + i) == 1);
        assertThat(view.count("root")).isEqualTo(1);
        JsonNode layers = registry.getManifest(repository, TAG).json().get("layers");
        assertThat(layers.size()).isEqualTo(3);
        assertThat(layers.get(0).get("annotations").propertyNames()).contains("containerd.io/uncompressed", "buildkit/createdat");
        for (int i = 0; i < 3; i++) {
            assertThat(view(repository, pushed.get(i)).count("branch " + i)).as("by its digest").isEqualTo(1);
        }
    }

    /** What older builders write, and read: they get it in their own form. */
    @Test
    void indexesAreAddedUpToo() {
        String repository = "merged/indexes";
        Export old = export(repository, "old");
        registry.pushManifest(repository, TAG, old.index());
        registry.pushManifest(repository, TAG, export(repository, "new").image());
        registry.pushManifest(repository, TAG, export(repository, "docker").index().as(MediaType.DOCKER_MANIFEST_LIST));

        assertThat(registry.getManifest(repository, TAG).json().get("mediaType").stringValue())
                .isEqualTo(MediaType.OCI_INDEX.value());
        BuildKitView view = view(repository, TAG);
        assertThat(List.of("old", "new", "docker")).allMatch(name -> view.count(name) == 1);
    }

    @Test
    void ofManyAtOnceNothingIsLost() throws Exception {
        String repository = "merged/at-once";
        List<Export> exports = IntStream.range(0, 8).mapToObj(i -> export(repository, "one of many " + i)).toList();
        try (ExecutorService builders = Executors.newFixedThreadPool(4)) {
            List<Future<Digest>> pushes = exports.stream()
                    .map(export -> builders.submit(() -> registry.pushManifest(repository, TAG, export.image())))
                    .toList();
            for (Future<Digest> push : pushes) {
                push.get();
            }
        }
        BuildKitView view = view(repository, TAG);
        assertThat(exports).allMatch(export -> view.count(export.name()) == 1);
    }

    @Test
    void anExportThatCannotBeReadSpoilsNothing() {
        String repository = "merged/hostile";
        registry.pushManifest(repository, TAG, export(repository, "honest").image());
        Digest before = registry.pushManifest(repository, TAG, export(repository, "other").image());
        Export hostile = export(repository, "hostile");
        byte[] broken = "{\"layers\":[".getBytes(UTF_8);
        registry.pushBlob(repository, broken);
        Digest pushed = registry.pushManifest(repository, TAG, new Export("hostile", broken, hostile.layer()).image());

        BuildKitView view = view(repository, TAG);
        assertThat(view.count("honest")).isEqualTo(1);
        assertThat(view.count("other")).isEqualTo(1);
        assertThat(registry.getManifest(repository, pushed)).as("what was pushed").hasStatus(200);
        assertThat(registry.getManifest(repository, before)).hasStatus(200);
    }

    /** Layers that nobody has, and such of which builders cannot say what they are, would make builds fail. */
    @Test
    void layersThatNobodyCanUseAreLeftOut() {
        String repository = "merged/unusable";
        registry.pushManifest(repository, TAG, export(repository, "usable").image());
        Export bare = export(repository, "bare");
        ((ObjectNode) bare.layer().get("annotations")).remove("containerd.io/uncompressed");
        registry.pushManifest(repository, TAG, bare.image());
        Export absent = export(repository, "absent");
        assertThat(registry.delete(RegistryClient.blob(repository, Digest.of(absent.layer().get("digest").stringValue()))))
                .hasStatus(202);
        registry.pushManifest(repository, TAG, absent.index());

        Answer union = registry.getManifest(repository, TAG);
        assertThat(union).hasStatus(200);
        String all = union.text();
        assertThat(all).doesNotContain(bare.layer().get("digest").stringValue(), absent.layer().get("digest").stringValue());
        assertThat(view(repository, TAG).count("usable")).isEqualTo(1);
    }

    @Test
    void otherTagsAndOtherManifestsAreAsTheyWere() {
        String repository = "merged/others";
        registry.pushManifest(repository, "cache", export(repository, "first").image());
        Digest second = registry.pushManifest(repository, "cache", export(repository, "second").image());
        assertThat(registry.getManifest(repository, "cache").header("Docker-Content-Digest")).isEqualTo(second.toString());

        registry.pushManifest(repository, TAG, export(repository, "third").image());
        Digest image = registry.pushImage(repository, TAG, 4711);
        assertThat(registry.getManifest(repository, TAG).header("Docker-Content-Digest")).isEqualTo(image.toString());

        Digest fourth = registry.pushManifest(repository, TAG, export(repository, "fourth").image());
        assertThat(registry.getManifest(repository, TAG).header("Docker-Content-Digest")).isEqualTo(fourth.toString());
    }

    @Test
    void aTagThatIsDeletedBeginsAnew() {
        String repository = "merged/deleted";
        registry.pushManifest(repository, TAG, export(repository, "one").image());
        registry.pushManifest(repository, TAG, export(repository, "two").image());
        assertThat(registry.delete(RegistryClient.manifest(repository, TAG))).hasStatus(202);
        registry.pushManifest(repository, TAG, export(repository, "three").image());

        assertThat(view(repository, TAG).count("one")).isZero();
        assertThat(view(repository, TAG).count("three")).isEqualTo(1);
    }

    @Test
    void whatNobodyNeedsAnyMoreGoesAfterItsTime() {
        String repository = "merged/forgotten";
        Digest first = registry.pushManifest(repository, TAG, export(repository, "one").image());
        registry.pushManifest(repository, TAG, export(repository, "two").image());
        Digest replaced = pointed(repository);
        registry.pushManifest(repository, TAG, export(repository, "three").image());
        Digest current = pointed(repository);

        assertThat(List.of(first, replaced, current)).allMatch(digest -> stays(repository, digest));
        database.update(
                "update manifest_link set touched_at = ? where repository_id = (select id from repository where name = ?)",
                ColumnTime.at(Instant.now().minus(Duration.ofDays(40))),
                repository);

        assertThat(stays(repository, first)).isFalse();
        assertThat(stays(repository, replaced)).isFalse();
        assertThat(stays(repository, current)).as("what has the tag").isTrue();
        BuildKitView view = view(repository, TAG);
        assertThat(List.of("one", "two", "three")).allMatch(name -> view.count(name) == 1);
    }

    @Test
    void whoExportsTheSameAgainChangesNothing() {
        String repository = "merged/again";
        registry.pushManifest(repository, TAG, export(repository, "one").image());
        Export two = export(repository, "two");
        registry.pushManifest(repository, TAG, two.image());
        Digest before = pointed(repository);

        registry.pushManifest(repository, TAG, two.image());

        assertThat(pointed(repository)).isEqualTo(before);
    }

    private Digest pointed(String repository) {
        return Digest.of(registry.getManifest(repository, TAG).header("Docker-Content-Digest"));
    }

    /** Whether a manifest is there after it was looked at. */
    private boolean stays(String repository, Digest digest) {
        forgetting.doNext(new Work.Item(repository + "@" + digest, Optional.empty(), 0));
        return registry.getManifest(repository, digest).status() == 200;
    }

    @Test
    void whatIsSaidOfALayerStaysAsItWasSaidFirst() {
        String repository = "merged/said";
        Export honest = export(repository, "honest");
        registry.pushManifest(repository, TAG, honest.image());
        Export lying = export(repository, "honest");
        ((ObjectNode) lying.layer().get("annotations")).put("containerd.io/uncompressed", ExportJson.digest("a lie").toString());
        ExportJson more = new ExportJson();
        more.record("lying", List.of(more.layer(Digest.of(lying.layer().get("digest").stringValue()), NONE)));
        registry.pushBlob(repository, more.bytes());
        registry.pushManifest(repository, TAG, new Export("lying", more.bytes(), lying.layer()).image());

        ArrayNode layers = (ArrayNode) registry.getManifest(repository, TAG).json().get("layers");
        assertThat(layers.size()).isEqualTo(1);
        assertThat(layers.get(0).get("annotations")).isEqualTo(honest.layer().get("annotations"));
    }
}
