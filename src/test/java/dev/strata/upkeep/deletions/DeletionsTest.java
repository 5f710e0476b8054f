package dev.strata.upkeep.deletions;

import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.upkeep.collection.CollectionTestCase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tags are deleted as people mean it, and what was deleted is told of as it is. */
class DeletionsTest extends CollectionTestCase {

    private ManifestJson image(String repository, long seed, byte[]... layers) {
        byte[] config = Content.random(seed, 150);
        registry.pushBlob(repository, config);
        for (byte[] layer : layers) {
            registry.pushBlob(repository, layer);
        }
        return ManifestJson.image(config, layers);
    }

    private ManifestJson tagged(String repository, long seed, String... tags) {
        ManifestJson image = image(repository, seed, Content.random(seed + 1, 2_000));
        for (String tag : tags) {
            registry.pushManifest(repository, tag, image);
        }
        return image;
    }

    private Answer delete(String repository, String body) {
        return registry.post("/api/repositories/" + repository + "/deletions", body.getBytes(UTF_8));
    }

    private void restore(String deletion) {
        assertThat(registry.post("/api/upkeep/deletions/" + deletion + "/restore")).hasStatus(200);
    }

    /** The deletions from a repository, the last one first. */
    private List<JsonNode> deletions(String repository, int n) {
        List<JsonNode> found = new ArrayList<>();
        String next = String.valueOf(Long.MAX_VALUE);
        while (!next.isEmpty()) {
            JsonNode page = registry.get("/api/upkeep/deletions?n=" + n + "&before=" + next).json();
            assertThat(page.path("deletions").size()).isLessThanOrEqualTo(n);
            page.path("deletions").forEach(deletion -> {
                if (deletion.path("repository").stringValue().equals(repository)) {
                    found.add(deletion);
                }
            });
            next = page.path("next").stringValue("");
        }
        return found;
    }

    private boolean isThere(String repository, Object reference) {
        return registry.getManifest(repository, reference).status() == 200;
    }

    @Test
    void anImageGoesWithItsLastTagAndComesBackWithIt() {
        String repository = "deletions/last";
        ManifestJson image = tagged(repository, 71_001, "a", "b", "c");
        ManifestJson other = tagged(repository, 71_003, "other");
        JsonNode first = delete(repository, "{\"tags\":[\"a\",\"none\"]}").json();
        assertThat(first.at("/deleted/0/image").booleanValue()).isFalse();
        assertThat(first.at("/deleted/0/digest").stringValue()).isEqualTo(image.digest().toString());
        assertThat(first.at("/refused/0/reference").stringValue()).isEqualTo("none");
        assertThat(isThere(repository, image.digest())).isTrue();
        assertThat(isThere(repository, "a")).isFalse();

        JsonNode both = delete(repository, "{\"tags\":[\"b\",\"c\",\"other\"],\"digests\":null}").json();
        assertThat(both.path("deleted").size()).isEqualTo(2);
        assertThat(both.path("refused").size()).isZero();
        for (Object gone : List.of("b", "c", "other", image.digest(), other.digest())) {
            assertThat(isThere(repository, gone)).as("%s", gone).isFalse();
        }
        both.path("deleted").forEach(deleted -> {
            assertThat(deleted.path("image").booleanValue()).isTrue();
            assertThat(deleted.path("until").stringValue()).isNotEmpty();
            restore(deleted.path("deletion").stringValue());
        });
        for (Object back : List.of("b", "c", "other", image.digest(), other.digest())) {
            assertThat(isThere(repository, back)).as("%s", back).isTrue();
        }
        assertThat(isThere(repository, "a")).as("it was deleted by itself").isFalse();
    }

    /** As the savings count it: what an index consists of is not freed by its tag. */
    @Test
    void whatAnIndexListsKeepsItsImageWithoutItsTag() {
        String repository = "deletions/listed";
        ManifestJson child = tagged(repository, 71_011, "child");
        registry.pushManifest(repository, "multi", ManifestJson.index(child.descriptor()));
        JsonNode answer = delete(repository, "{\"tags\":[\"child\"]}").json();
        assertThat(answer.at("/deleted/0/image").booleanValue()).isFalse();
        assertThat(isThere(repository, "child")).isFalse();
        assertThat(isThere(repository, child.digest())).isTrue();
    }

    @Test
    void anImageIsDeletedByItsDigestWithAllItsTags() {
        String repository = "deletions/digest";
        ManifestJson image = tagged(repository, 71_021, "a", "b");
        assertThat(delete(repository, "{\"digests\":[\"" + image.digest() + "\"]}")).hasStatus(200);
        assertThat(isThere(repository, "a")).isFalse();
        JsonNode again = delete(repository, "{\"digests\":[\"" + image.digest() + "\"]}").json();
        assertThat(again.path("deleted").size()).isZero();
        assertThat(again.at("/refused/0/message").stringValue()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{}", "{\"tags\":[]}", "{\"tags\":[1]}", "{\"tags\":\"a\"}", "{\"tag\":[\"a\"]}", "{\"tags\":[\"a b\"]}",
        "{\"digests\":[\"sha256:12\"]}", "{\"tags\":[\"<img>\"]}"
    })
    void whatIsNoWishIsRefused(String body) {
        tagged("deletions/odd", 71_031, "a");
        assertThat(delete("deletions/odd", body)).hasStatus(400);
        assertThat(isThere("deletions/odd", "a")).isTrue();
    }

    @Test
    void moreThanAHundredAtOnceAreRefused() {
        String many = "\"t\",".repeat(100) + "\"t\"";
        tagged("deletions/many", 71_033, "t");
        assertThat(delete("deletions/many", "{\"tags\":[" + many + "]}")).isError(400, ErrorCode.UNSUPPORTED);
        assertThat(isThere("deletions/many", "t")).isTrue();
    }

    @Test
    void whatWasDeletedTogetherIsListedOnceWithEachByteOnce() {
        String repository = "deletions/together";
        byte[] shared = Content.random(71_041, 5_000);
        ManifestJson one = image(repository, 71_043, shared, Content.random(71_044, 300));
        ManifestJson two = image(repository, 71_045, shared, Content.random(71_046, 400));
        registry.pushManifest(repository, one.digest(), one);
        registry.pushManifest(repository, two.digest(), two);
        ManifestJson index = ManifestJson.index(one.descriptor(), two.descriptor());
        registry.pushManifest(repository, "multi", index);
        tagged(repository, 71_047, "single");
        delete(repository, "{\"tags\":[\"multi\"]}");
        delete(repository, "{\"tags\":[\"single\"]}");

        for (int n : List.of(1, 50)) {
            List<JsonNode> deletions = deletions(repository, n);
            assertThat(deletions).hasSize(2);
            assertThat(deletions.getFirst().at("/tags/0").stringValue()).isEqualTo("single");
            JsonNode whole = deletions.getLast();
            assertThat(whole.path("digest").stringValue()).isEqualTo(index.digest().toString());
            assertThat(whole.path("items").intValue()).isEqualTo(3);
            assertThat(whole.at("/tags/0").stringValue()).isEqualTo("multi");
            assertThat(whole.path("may_restore").booleanValue()).isTrue();
            assertThat(whole.path("bytes").longValue())
                    .isEqualTo(5_000 + 300 + 400 + 2 * 150
                            + one.bytes().length + two.bytes().length + index.bytes().length);
        }
        restore(deletions(repository, 50).getLast().path("deletion").stringValue());
        assertThat(isThere(repository, two.digest())).isTrue();
        assertThat(deletions(repository, 50)).hasSize(1);
        assertThat(registry.get("/api/upkeep/deletions?n=0")).hasStatus(400);
        assertThat(registry.get("/api/upkeep/deletions?before=x")).hasStatus(400);
    }

    /** The bytes that wait are those of the files beside the ones in use, and each is held by the deletion that goes last. */
    @Test
    void whatDeletionsHoldAddsUpToWhatWaitsOnTheDisk() throws IOException {
        assertThat(registry.post("/api/upkeep/empty").json().path("more").booleanValue()).isFalse();
        pass(LONG);
        String repository = "deletions/held";
        byte[] shared = Content.random(71_051, 6_000);
        ManifestJson first = image(repository, 71_053, shared);
        ManifestJson second = image(repository, 71_055, shared, Content.random(71_056, 700));
        ManifestJson kept = image(repository, 71_057, Content.random(71_058, 900));
        registry.pushManifest(repository, "first", first);
        registry.pushManifest(repository, "second", second);
        registry.pushManifest(repository, "kept", kept);
        Digest blob = registry.pushBlob(repository, Content.random(71_059, 800));
        delete(repository, "{\"tags\":[\"first\"]}");
        assertThat(registry.delete("/v2/" + repository + "/blobs/" + blob)).hasStatus(202);
        pass(LONG);
        delete(repository, "{\"tags\":[\"second\"]}");
        pass(LONG);
        JsonNode disk = savings().path("on_disk");
        assertThat(disk.path("waiting").longValue()).isEqualTo(6_000 + 700 + 800 + 2 * 150);
        assertThat(disk.path("blobs").longValue() + disk.path("waiting").longValue()).isEqualTo(bytesOfBlobs());
        awaitHeld(6_000 + 700 + 800 + 2 * 150);
        assertThat(registry.get("/api/upkeep").json().at("/held/goes/1"))
                .as("six hours less two or four")
                .isEqualTo(json("{\"within_seconds\":86400,\"bytes\":7800}"));
        assertThat(registry.meter("strata_upkeep_held_bytes")).isEqualTo(7_800);

        pass(Duration.ofMinutes(150)); // the first deletion is over; the second holds the shared layer
        awaitHeld(6_000 + 700 + 150);
        assertThat(savings().at("/on_disk/waiting").longValue()).isEqualTo(6_000 + 700 + 150);
        assertThat(registry.get("/api/upkeep").json().at("/held/goes/1/bytes").longValue()).isEqualTo(6_850);
        pass(Duration.ofMinutes(65));
        awaitHeld(6_850);
        assertThat(registry.get("/api/upkeep").json().at("/held/goes/0/bytes").longValue()).isEqualTo(6_850);
        assertThat(registry.post("/api/upkeep/empty").json().path("given_up").intValue()).isEqualTo(1);
        pass(Duration.ZERO);
        awaitHeld(0);
        assertThat(savings().at("/on_disk/waiting").longValue()).isZero();
        assertThat(savings().at("/on_disk/blobs").longValue()).isEqualTo(bytesOfBlobs());
    }

    private void awaitHeld(long bytes) {
        String now = CLOCK.instant().toString();
        await("deletions are counted").untilAsserted(() -> {
            JsonNode held = registry.get("/api/upkeep").json().path("held");
            assertThat(held.path("bytes").longValue()).isEqualTo(bytes);
            assertThat(held.path("counted_at").stringValue("")).isGreaterThanOrEqualTo(now);
        });
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void whoAsksIsToldWhatTheyMayDoAndForHowLongItCanBeUndone() {
        tagged("deletions/rights", 71_061, "a");
        JsonNode rights = registry.get("/api/repositories/deletions/rights/rights").json();
        assertThat(rights).isEqualTo(json("{\"may\":[\"pull\",\"push\",\"delete\"],\"undo_seconds\":21600,\"grace_seconds\":3600}"));
        assertThat(registry.get("/api/repositories/deletions/rights/wrongs")).hasStatus(404);
        assertThat(registry.post("/api/repositories/deletions/rights/history")).hasStatus(404);
    }

    @Test
    void aTagsHistoryTellsWhereItPointsAndWhatIsStillThere() {
        String repository = "deletions/history";
        ManifestJson first = tagged(repository, 71_071, "t");
        ManifestJson second = tagged(repository, 71_073, "t");
        ManifestJson third = tagged(repository, 71_075, "t", "u");
        registry.delete(manifest(repository, first.digest()));
        JsonNode history = registry.get("/api/repositories/" + repository + "/tags/t/history").json();
        assertThat(history.at("/now/digest").stringValue()).isEqualTo(third.digest().toString());
        assertThat(history.at("/history/0/digest").stringValue()).isEqualTo(second.digest().toString());
        assertThat(history.path("history").valueStream().map(entry -> entry.path("available").booleanValue()))
                .containsExactly(true, true);
        assertThat(history.path("may_restore").booleanValue()).isTrue();

        assertThat(registry.post("/api/upkeep/empty")).hasStatus(200);
        registry.delete(manifest(repository, "t"));
        registry.delete(manifest(repository, "u"));
        JsonNode later = registry.get("/api/repositories/" + repository + "/tags/t/history").json();
        assertThat(later.path("now").isMissingNode()).isTrue();
        assertThat(later.path("history").valueStream().map(entry -> entry.path("available").booleanValue()))
                .containsExactly(true, true, false);

        JsonNode page = registry.get("/api/repositories/" + repository + "/history?n=1").json();
        assertThat(page.at("/tags/0/name").stringValue()).isEqualTo("t");
        assertThat(page.at("/tags/0/last/how").stringValue()).isEqualTo("deleted");
        JsonNode rest = registry.get("/api/repositories/" + repository + "/history?n=1&after=" + page.path("next").stringValue())
                .json();
        assertThat(rest.at("/tags/0/name").stringValue()).isEqualTo("u");
        assertThat(registry.get("/api/repositories/deletions/none/history").json().path("tags").size()).isZero();
    }
}
