package dev.strata.upkeep.collection;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.ErrorCode;
import dev.strata.registry.DeletionId;
import dev.strata.registry.deletions.DeletionsAlong;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What was deleted or moved can be taken back, and goes when its time is over. */
class UndoTest extends CollectionTestCase {

    @Autowired
    DeletionsAlong along;

    private ManifestJson image(String repository, long seed) {
        byte[] config = Content.random(seed, 150);
        byte[] layer = Content.random(seed + 1, 2_000);
        registry.pushBlob(repository, config);
        registry.pushBlob(repository, layer);
        return ManifestJson.image(config, layer);
    }

    private static Digest layerOf(ManifestJson image) {
        return Digest.of(image.json().at("/layers/0/digest").stringValue());
    }

    private JsonNode history(String repository, String tag) {
        Answer answer = registry.get("/api/repositories/" + repository + "/tags/" + tag + "/history");
        assertThat(answer).hasStatus(200);
        return answer.json().path("history");
    }

    private Answer restore(String repository, String tag, String query) {
        return registry.post("/api/repositories/" + repository + "/tags/" + tag + "/restore" + query);
    }

    /** What waits of a repository. */
    private List<JsonNode> waiting(String repository) {
        List<JsonNode> items = new ArrayList<>();
        String next = "0";
        while (!next.isEmpty()) {
            JsonNode page = registry.get("/api/upkeep/waiting?n=3&after=" + next).json();
            page.path("waiting").forEach(item -> {
                if (item.path("repository").stringValue().equals(repository)) {
                    items.add(item);
                }
            });
            next = page.path("next").stringValue("");
        }
        return items;
    }

    @Test
    void aMovedTagComesBackToWhereItPointed() {
        ManifestJson first = image("undo/moved", 70_001);
        ManifestJson second = image("undo/moved", 70_003);
        registry.pushManifest("undo/moved", "latest", first);
        registry.pushManifest("undo/moved", "latest", second);
        JsonNode history = history("undo/moved", "latest");
        assertThat(history.size()).isEqualTo(1);
        assertThat(history.at("/0/digest").stringValue()).isEqualTo(first.digest().toString());
        assertThat(history.at("/0/how").stringValue()).isEqualTo("moved");

        assertThat(restore("undo/moved", "latest", "")).hasStatus(200);
        assertThat(registry.getManifest("undo/moved", "latest")).hasBody(first.bytes());
        assertThat(restore("undo/moved", "latest", "?digest=" + second.digest())).hasStatus(200);
        assertThat(registry.getManifest("undo/moved", "latest")).hasBody(second.bytes());
        assertThat(restore("undo/moved", "other", "")).isError(404, ErrorCode.MANIFEST_UNKNOWN);
    }

    @Test
    void aDeletedTagComesBack() {
        ManifestJson image = image("undo/tag", 70_011);
        registry.pushManifest("undo/tag", "1", image);
        registry.delete(manifest("undo/tag", "1"));
        assertThat(history("undo/tag", "1").at("/0/how").stringValue()).isEqualTo("deleted");
        assertThat(restore("undo/tag", "1", "")).hasStatus(200);
        assertThat(registry.getManifest("undo/tag", "1")).hasBody(image.bytes());
    }

    @Test
    void aDeletedImageComesBackWithItsTagsAndLayers() {
        ManifestJson image = image("undo/image", 70_021);
        registry.pushManifest("undo/image", "a", image);
        registry.pushManifest("undo/image", "b", image);
        registry.delete(manifest("undo/image", image.digest()));
        pass(LONG);
        assertThat(registry.getManifest("undo/image", "a")).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        List<JsonNode> waiting = waiting("undo/image");
        assertThat(waiting).hasSize(1);
        assertThat(waiting.getFirst().path("bytes").longValue()).isEqualTo(image.bytes().length + 2_150);

        Answer restored = registry.post(
                "/api/upkeep/deletions/" + waiting.getFirst().path("deletion").stringValue() + "/restore");
        assertThat(restored).hasStatus(200);
        for (String tag : List.of("a", "b")) {
            assertThat(registry.getManifest("undo/image", tag)).hasBody(image.bytes());
        }
        assertThat(canBePulled("undo/image", layerOf(image))).isTrue();
        assertThat(waiting("undo/image")).isEmpty();
        pass(UNDO);
        pass(LONG);
        assertThat(canBePulled("undo/image", layerOf(image))).as("it is not in the bin any more").isTrue();
    }

    @Test
    void aTagBringsItsDeletedImageBack() {
        ManifestJson image = image("undo/both", 70_031);
        registry.pushManifest("undo/both", "1", image);
        registry.delete(manifest("undo/both", image.digest()));
        assertThat(restore("undo/both", "1", "")).hasStatus(200);
        assertThat(registry.getManifest("undo/both", "1")).hasBody(image.bytes());
    }

    @Test
    void whatIsNotTakenBackInTimeGoes() {
        ManifestJson image = image("undo/late", 70_041);
        registry.pushManifest("undo/late", "1", image);
        Digest deleted = registry.pushBlob("undo/late", Content.random(70_045, 500));
        registry.delete(manifest("undo/late", image.digest()));
        registry.delete(blob("undo/late", deleted));
        assertThat(waiting("undo/late")).hasSize(2);
        pass(LONG);
        assertThat(isStored(layerOf(image))).isTrue();
        assertThat(isStored(deleted)).isTrue();
        pass(UNDO);
        settle();
        assertThat(waiting("undo/late")).isEmpty();
        assertThat(isStored(layerOf(image))).isFalse();
        assertThat(isStored(deleted)).isFalse();
        assertThat(restore("undo/late", "1", "")).isError(404, ErrorCode.MANIFEST_UNKNOWN);
    }

    @Test
    void theBinCanBeGivenUpAtOnce() {
        ManifestJson image = image("undo/empty", 70_051);
        registry.pushManifest("undo/empty", "1", image);
        registry.delete(manifest("undo/empty", image.digest()));
        pass(LONG);
        assertThat(isStored(layerOf(image))).isTrue();
        assertThat(registry.post("/api/upkeep/empty")).hasStatus(200);
        pass(java.time.Duration.ZERO);
        assertThat(isStored(layerOf(image))).isFalse();
    }

    @Test
    void aDeletedIndexTakesAlongWhatOnlyItListed() {
        ManifestJson own = image("undo/index", 70_061);
        ManifestJson tagged = image("undo/index", 70_063);
        ManifestJson shared = image("undo/index", 70_065);
        for (ManifestJson child : List.of(own, shared)) {
            registry.pushManifest("undo/index", child.digest(), child);
        }
        registry.pushManifest("undo/index", "tagged", tagged);
        ManifestJson index = ManifestJson.index(own.descriptor(), tagged.descriptor(), shared.descriptor());
        registry.pushManifest("undo/index", "multi", index);
        registry.pushManifest("undo/index", "other", ManifestJson.index(shared.descriptor()));
        registry.delete(manifest("undo/index", index.digest()));
        assertThat(registry.getManifest("undo/index", own.digest())).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        assertThat(registry.getManifest("undo/index", tagged.digest())).hasStatus(200);
        assertThat(registry.getManifest("undo/index", shared.digest())).hasStatus(200);

        List<JsonNode> waiting = waiting("undo/index");
        assertThat(waiting).hasSize(2);
        assertThat(waiting.getFirst().path("deletion")).isEqualTo(waiting.getLast().path("deletion"));
        pass(LONG);
        assertThat(restore("undo/index", "multi", "")).hasStatus(200);
        assertThat(registry.getManifest("undo/index", "multi")).hasBody(index.bytes());
        assertThat(registry.getManifest("undo/index", own.digest())).hasBody(own.bytes());
        assertThat(canBePulled("undo/index", layerOf(own))).isTrue();
    }

    @Test
    void whatRefersToADeletedManifestGoesAlong() {
        ManifestJson image = image("undo/refer", 70_071);
        ManifestJson before = image("undo/refer", 70_073).subject(image.digest()).artifactType("application/vnd.example.sbom");
        registry.pushManifest("undo/refer", before.digest(), before);
        registry.pushManifest("undo/refer", "1", image);
        ManifestJson after = image("undo/refer", 70_075).subject(image.digest()).artifactType("application/vnd.example.signature");
        registry.pushManifest("undo/refer", after.digest(), after);
        ManifestJson named = image("undo/refer", 70_077).subject(image.digest());
        registry.pushManifest("undo/refer", "sbom-of-1", named);
        ManifestJson cosign = image("undo/refer", 70_079);
        String cosignTag = "sha256-" + image.digest().hex() + ".sig";
        registry.pushManifest("undo/refer", cosignTag, cosign);

        registry.delete(manifest("undo/refer", image.digest()));
        for (Object gone : List.of(before.digest(), after.digest(), cosign.digest(), cosignTag)) {
            assertThat(registry.getManifest("undo/refer", gone)).as("%s", gone).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        }
        assertThat(registry.getManifest("undo/refer", "sbom-of-1")).as("somebody named it").hasStatus(200);

        String deletion = waiting("undo/refer").getFirst().path("deletion").stringValue();
        assertThat(registry.post("/api/upkeep/deletions/" + deletion + "/restore")).hasStatus(200);
        for (Object back : List.of("1", before.digest(), after.digest(), cosignTag)) {
            assertThat(registry.getManifest("undo/refer", back)).as("%s", back).hasStatus(200);
        }
    }

    /** Whatever is deleted, what stays is whole. */
    @Test
    void whatSomethingElseListsOrIsAboutDoesNotGoAlong() {
        ManifestJson image = image("undo/stays", 70_401);
        registry.pushManifest("undo/stays", "image", image);
        ManifestJson attestation = image("undo/stays", 70_403).subject(image.digest());
        registry.pushManifest("undo/stays", attestation.digest(), attestation);
        ManifestJson index = ManifestJson.index(image.descriptor(), attestation.descriptor());
        registry.pushManifest("undo/stays", "index", index);
        registry.delete(manifest("undo/stays", index.digest()));
        assertThat(registry.getManifest("undo/stays", attestation.digest())).as("its image stays").hasStatus(200);

        ManifestJson other = ManifestJson.index(attestation.descriptor());
        registry.pushManifest("undo/stays", "listed", other);
        registry.delete(manifest("undo/stays", image.digest()));
        assertThat(registry.getManifest("undo/stays", attestation.digest())).as("an index lists it").hasStatus(200);
        registry.delete(manifest("undo/stays", other.digest()));
        assertThat(registry.getManifest("undo/stays", attestation.digest())).isError(404, ErrorCode.MANIFEST_UNKNOWN);
    }

    /** A tag that is made of a digest is no name. */
    @Test
    void whatIsTaggedAsAboutTwoImagesGoesWithTheSecond() {
        List<ManifestJson> images = List.of(image("undo/two", 70_411), image("undo/two", 70_413));
        ManifestJson signature = image("undo/two", 70_415);
        for (ManifestJson image : images) {
            registry.pushManifest("undo/two", image.digest(), image);
            registry.pushManifest("undo/two", "sha256-" + image.digest().hex() + ".sig", signature);
        }
        registry.delete(manifest("undo/two", images.getFirst().digest()));
        assertThat(registry.getManifest("undo/two", signature.digest())).hasStatus(200);
        registry.delete(manifest("undo/two", images.getLast().digest()));
        assertThat(registry.getManifest("undo/two", signature.digest())).isError(404, ErrorCode.MANIFEST_UNKNOWN);
    }

    /** What is left to the background, however late that is, does what the deletion would have done itself. */
    @Test
    void whatWasPushedOrLostItsTagAfterADeletionDoesNotGoAlong() {
        ManifestJson image = image("undo/after", 70_101);
        ManifestJson other = image("undo/after", 70_103);
        ManifestJson moved = image("undo/after", 70_105).subject(image.digest());
        ManifestJson untagged = image("undo/after", 70_107).subject(image.digest());
        ManifestJson again = image("undo/after", 70_109).subject(image.digest());
        registry.pushManifest("undo/after", "1", image);
        registry.pushManifest("undo/after", "moved", moved);
        registry.pushManifest("undo/after", "deleted", untagged);
        registry.pushManifest("undo/after", again.digest(), again);
        registry.delete(manifest("undo/after", image.digest()));
        assertThat(registry.getManifest("undo/after", again.digest())).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        JsonNode deleted = waiting("undo/after").getFirst();
        assertThat(jdbc.queryForList(
                        "select subject from work_item where work = 'bin' and subject like ?",
                        "along % in " + deleted.path("deletion").stringValue() + " %"))
                .as("what is left to do, though all is done")
                .isEmpty();

        registry.pushManifest("undo/after", "moved", other);
        registry.delete(manifest("undo/after", "deleted"));
        registry.pushManifest("undo/after", again.digest(), again);
        follow(image, deleted, Instant.parse(deleted.path("deleted_at").stringValue()));
        for (ManifestJson kept : List.of(moved, untagged, again)) {
            assertThat(registry.getManifest("undo/after", kept.digest())).hasStatus(200);
        }
        follow(image, deleted, CLOCK.instant());
        for (ManifestJson gone : List.of(moved, untagged, again)) {
            assertThat(registry.getManifest("undo/after", gone.digest()))
                    .as("if it had been deleted now")
                    .isError(404, ErrorCode.MANIFEST_UNKNOWN);
        }
    }

    private void follow(ManifestJson image, JsonNode deleted, Instant at) {
        DeletionsAlong.Deleted what = new DeletionsAlong.Deleted(
                RepositoryName.of(deleted.path("repository").stringValue()),
                image.digest(),
                DeletionId.of(deleted.path("deletion").stringValue()),
                at);
        Optional<String> progress = Optional.empty();
        do {
            progress = along.follow(what, progress);
        } while (progress.isPresent());
    }

    /** Those that are not this repository's do not keep a child, and nobody waits while they are looked at. */
    @Test
    void aChildThatVeryManyIndexesListElsewhereGoesAlong() {
        ManifestJson child = image("undo/listed", 70_141);
        registry.pushManifest("undo/listed", child.digest(), child);
        ManifestJson index = ManifestJson.index(child.descriptor());
        ManifestJson other = ManifestJson.index(child.descriptor(), child.descriptor());
        registry.pushManifest("undo/listed", "1", index);
        registry.pushManifest("undo/listed", "2", other);
        Long before = jdbc.queryForObject("select max(id) from manifest", Long.class);
        try {
            list(child.digest(), Size.of("strata.collection.listings", 3_000, 100_000));
            registry.delete(manifest("undo/listed", other.digest()));
            assertThat(registry.getManifest("undo/listed", child.digest())).as("another lists it").hasStatus(200);
            registry.delete(manifest("undo/listed", index.digest()));
            assertThat(registry.getManifest("undo/listed", child.digest())).isError(404, ErrorCode.MANIFEST_UNKNOWN);
        } finally {
            jdbc.update("delete from manifest_reference where manifest_id > ? and size = 1", before);
            jdbc.update("delete from manifest where id > ? and size = 1", before);
        }
    }

    /** By manifests that no repository has. */
    private void list(Digest child, int many) {
        for (int from = 0; from < many; from += 1_000) {
            List<Object[]> listing = IntStream.range(from, from + 1_000)
                    .mapToObj(i -> new Object[] {child.bytes(), Content.sha256(("listing " + i).getBytes(UTF_8)).bytes()})
                    .toList();
            jdbc.batchUpdate(
                    "insert into manifest (digest, size, stored_at) values (?, 1, current_timestamp)",
                    listing.stream().map(digests -> new Object[] {digests[1]}).toList());
            jdbc.batchUpdate(
                    "insert into manifest_reference (manifest_id, position, kind, digest, size)"
                            + " select id, 0, 'M', ?, 1 from manifest where digest = ?",
                    listing);
        }
    }

    /** What others' registries got wrong: what no tag names is not rubbish. */
    @Test
    void aChildThatNoTagNamesIsNotRubbish() {
        ManifestJson child = image("undo/child", 70_081);
        registry.pushManifest("undo/child", child.digest(), child);
        registry.pushManifest("undo/child", "multi", ManifestJson.index(child.descriptor()));
        pass(UNDO);
        pass(UNDO);
        assertThat(registry.getManifest("undo/child", child.digest())).hasStatus(200);
        assertThat(canBePulled("undo/child", layerOf(child))).isTrue();
        assertThat(registry.putManifest("undo/child", "again", MediaType.OCI_MANIFEST, child.bytes())).hasStatus(201);
    }
}
