package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** What the savings API answers. */
@RegistryTest
class SavingsApiTest {

    @Autowired
    RegistryClient registry;

    private Api api;

    @BeforeEach
    void open() {
        api = new Api(registry);
    }

    @Test
    void repositoriesPageInEveryOrder() {
        for (int i = 0; i < 7; i++) {
            for (int image = 0; image <= i; image++) {
                registry.pushImage("paged/r" + i, "t" + image, 1_000 * i + image);
            }
        }
        for (String sort : List.of("name", "as_if_unshared", "full", "unique", "shared", "freed", "images", "tags")) {
            for (String order : List.of("asc", "desc")) {
                List<JsonNode> all = pages("/repositories?q=PAGED/R&n=2&sort=" + sort + "&order=" + order, "repositories");
                assertThat(all).hasSize(7);
                assertSorted(all, sort, order);
            }
        }
    }

    @Test
    void tagsPageInEveryOrderAndAreFound() {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        registry.pushBlob("paged/tags", config);
        for (int i = 0; i < 6; i++) {
            byte[] layer = Content.random(2_000 + i / 2, 100 * (1 + i / 2));
            registry.pushBlob("paged/tags", layer);
            registry.pushManifest("paged/tags", "v" + i, ManifestJson.image(config, layer));
        }
        for (String sort : List.of("name", "full", "unique", "shared", "freed")) {
            for (String order : List.of("asc", "desc")) {
                List<JsonNode> all = pages("/repositories/paged/tags/tags?n=1&sort=" + sort + "&order=" + order, "tags");
                assertThat(all).extracting(tag -> tag.path("name").stringValue()).hasSize(6).doesNotHaveDuplicates();
                assertSorted(all, sort, order);
                assertThat(pages("/repositories/paged/tags/tags?n=1&q=3&sort=" + sort, "tags"))
                        .extracting(tag -> tag.path("name").stringValue())
                        .containsExactly("v3");
            }
        }
    }

    private List<JsonNode> pages(String path, String list) {
        List<JsonNode> all = new ArrayList<>();
        JsonNode page = api.get(path);
        page.path(list).forEach(all::add);
        while (page.has("next")) {
            page = api.get(path + "&after=" + page.path("next").stringValue());
            page.path(list).forEach(all::add);
        }
        return all;
    }

    private static void assertSorted(List<JsonNode> all, String sort, String order) {
        List<JsonNode> ascending = order.equals("asc") ? all : all.reversed();
        if (sort.equals("name")) {
            assertThat(ascending).extracting(entry -> entry.path("name").stringValue()).isSorted();
        } else {
            assertThat(ascending).extracting(entry -> entry.path(sort).longValue()).isSorted();
        }
    }

    @Test
    void theLinkLeadsToTheNextPage() {
        registry.pushImage("linked/a-b", "1", 3_001);
        registry.pushImage("linked/c", "1", 3_002);
        Answer first = registry.get("/api/savings/repositories?q=linked%2F&n=1");
        String link = first.header("Link");
        Answer second = registry.get(link.substring(1, link.indexOf('>')));
        assertThat(second.json().at("/repositories/0/name").stringValue()).isEqualTo("linked/c");
    }

    @Test
    void anImageShowsItsInstructionsBesideTheLayersThatTheyMade() {
        byte[] base = Content.random(49_001, 500);
        byte[] own = Content.random(49_002, 300);
        pushImage("steps/base", "12", configuration("ADD rootfs /"), base);
        pushImage("steps/other", "1", configuration("ADD rootfs /", "-ENV A=1", "RUN other"), base, Content.random(49_003, 10));
        Digest digest = pushImage(
                "steps/app", "1", configuration("ADD rootfs /", "-ENV A=1", "RUN <b>make</b>"), base, own);

        JsonNode image = api.get("/repositories/steps/app/image?reference=1");
        assertThat(image.path("digest").stringValue()).isEqualTo(digest.toString());
        assertThat(image.path("kind").stringValue()).isEqualTo("image");
        assertThat(image.path("platform").stringValue()).isEqualTo("linux/amd64");
        assertThat(image.path("history").stringValue()).isEqualTo("matched");
        JsonNode steps = image.path("steps");
        assertThat(steps).extracting(step -> step.path("created_by").stringValue())
                .containsExactly("ADD rootfs /", "ENV A=1", "RUN <b>make</b>");
        assertThat(steps).extracting(step -> step.has("layer")).containsExactly(true, false, true);
        assertThat(steps.get(0).at("/base/0").stringValue()).isEqualTo("steps/base:12");
        assertThat(steps.get(0).at("/layer/stack_images").intValue()).isEqualTo(3);
        assertThat(steps.get(0).at("/layer/images").intValue()).isEqualTo(3);
        assertThat(steps.get(0).at("/layer/repositories").intValue()).isEqualTo(3);
        assertThat(steps.get(0).at("/layer/shared_with"))
                .extracting(sharer -> sharer.path("repository").stringValue())
                .containsExactlyInAnyOrder("steps/base", "steps/other");
        assertThat(steps.get(2).at("/layer/digest").stringValue()).isEqualTo(Content.sha256(own).toString());
        assertThat(steps.get(2).at("/layer/images").intValue()).isEqualTo(1);
        assertThat(image.path("full").longValue() - image.path("unique").longValue())
                .isEqualTo(image.path("shared").longValue())
                .isEqualTo(500);
    }

    @Test
    void theLayerTreeShowsWhatStandsOnWhat() {
        byte[] base = Content.random(59_001, 700);
        pushImage("tree/base", "1", configuration("ADD base /"), base);
        for (int i = 0; i < 4; i++) {
            pushImage("tree/app", "v" + i, configuration("ADD base /", "RUN " + i), base, Content.random(59_100 + i, 10 + i));
        }
        JsonNode below = api.get("/layers?stack=" + Content.sha256(base) + "&breadth=3");
        assertThat(below.at("/path/0/names/0").stringValue()).isEqualTo("tree/base:1");
        assertThat(below.at("/path/0/created_by").stringValue()).isEqualTo("ADD base /");
        assertThat(below.at("/path/0/images").intValue()).isEqualTo(5);
        assertThat(below.at("/path/0/ends").intValue()).isEqualTo(1);
        assertThat(below.at("/path/0/saved").longValue()).isEqualTo(4 * 700);
        assertThat(below.path("layers")).hasSize(3);
        assertThat(below.at("/others/children").intValue()).isEqualTo(1);
        assertThat(below.at("/others/images").intValue()).isEqualTo(1);
        assertThat(api.get("/bases?n=100").path("bases"))
                .anySatisfy(node -> assertThat(node.at("/names/0").stringValue("")).isEqualTo("tree/base:1"));

        registry.delete(RegistryClient.manifest("tree/app", imageDigest("tree/app", "v0")));
        assertThat(api.get("/layers?stack=" + Content.sha256(base)).path("children").intValue()).isEqualTo(3);
    }

    /** As BuildKit exports its cache with {@code image-manifest=false}. */
    @Test
    void theLayersThatABuildCacheListsArePresent() {
        byte[] layer = Content.random(69_010, 400);
        byte[] config = "{\"layers\":[],\"records\":[]}".getBytes(StandardCharsets.UTF_8);
        registry.pushBlob("index/cache", layer);
        registry.pushBlob("index/cache", config);
        registry.pushManifest("index/cache", "buildcache", ManifestJson.index(
                ManifestJson.descriptor(ManifestJson.LAYER, Content.sha256(layer), layer.length),
                ManifestJson.descriptor("application/vnd.buildkit.cacheconfig.v0", Content.sha256(config), config.length),
                ManifestJson.descriptor(ManifestJson.LAYER, Content.sha256(new byte[3]), 3)));
        JsonNode image = api.get("/repositories/index/cache/image?reference=buildcache");
        assertThat(image.path("manifests")).extracting(entry -> entry.path("present").booleanValue())
                .containsExactly(true, true, false);
        assertThat(image.path("manifests")).extracting(entry -> entry.path("full").longValue())
                .containsExactly((long) layer.length, (long) config.length, 0L);
    }

    @Test
    void anIndexIsFullOfItsImages() {
        ManifestJson first = registry.pushBlobsOf("index/a", 69_001);
        ManifestJson second = registry.pushBlobsOf("index/a", 69_002);
        registry.pushManifest("index/a", first.digest(), first);
        registry.pushManifest("index/a", second.digest(), second);
        ManifestJson absent = ManifestJson.image(new byte[1]);
        registry.pushManifest(
                "index/a", "multi", ManifestJson.index(first.descriptor(), second.descriptor(), absent.descriptor()));
        JsonNode image = api.get("/repositories/index/a/image?reference=multi");
        assertThat(image.path("kind").stringValue()).isEqualTo("index");
        assertThat(image.path("manifests")).extracting(entry -> entry.path("present").booleanValue())
                .containsExactly(true, true, false);
        long parts = 0;
        for (JsonNode entry : image.path("manifests")) {
            parts += entry.path("full").longValue();
        }
        assertThat(image.path("full").longValue()).isEqualTo(parts + image.path("manifest_size").longValue());
        assertThat(image.path("freed").longValue()).isEqualTo(image.path("full").longValue());
        JsonNode part = api.get("/repositories/index/a/image?reference=" + first.digest());
        assertThat(part.path("full").longValue()).isPositive();
        assertThat(part.path("freed").longValue()).isZero();
    }

    @Test
    void aBlobTellsWhoHasIt() {
        Digest digest = registry.pushBlob("who/a", Content.random(79_001, 50));
        JsonNode waiting = api.get("/blobs/" + digest);
        assertThat(waiting.path("in_use").booleanValue()).isFalse();
        assertThat(waiting.path("linked").intValue()).isEqualTo(1);
        pushImage("who/b", "1", configuration("ADD a /"), Content.random(79_001, 50));
        JsonNode used = api.get("/blobs/" + digest);
        assertThat(used.path("in_use").booleanValue()).isTrue();
        assertThat(used.path("linked").intValue()).isEqualTo(2);
        assertThat(used.path("names")).extracting(name -> name.path("repository").stringValue()).containsExactly("who/b");
    }

    @Test
    void whatWasNotTransferredIsCounted() {
        byte[] base = Content.random(89_001, 1_000);
        JsonNode before = api.get("").path("transfer");
        Digest digest = registry.pushBlob("spared/a", base);
        registry.post("/v2/spared/b/blobs/uploads/?mount=" + digest + "&from=spared/a");
        pushImage("spared/a", "1", configuration("ADD a /"), base);
        byte[] more = configuration("ADD a /", "-ENV B=1");
        registry.pushBlob("spared/a", more);
        registry.pushManifest("spared/a", "2", ManifestJson.image(more, base));
        registry.getBlob("spared/a", digest);
        JsonNode now = api.get("").path("transfer");
        assertThat(now.path("mounted").longValue() - before.path("mounted").longValue()).isEqualTo(1_000);
        assertThat(now.path("existing").longValue() - before.path("existing").longValue()).isEqualTo(1_000);
        assertThat(now.path("uploaded").longValue() - before.path("uploaded").longValue())
                .isEqualTo(1_000 + configuration("ADD a /").length + more.length);
        assertThat(now.path("uploaded_again").longValue() - before.path("uploaded_again").longValue()).isEqualTo(1_000);
        await().untilAsserted(() -> assertThat(api.get("").path("transfer").path("served").longValue()
                        - before.path("served").longValue())
                .isEqualTo(1_000));
    }

    /** The layer is there the second time, and comes over the wire all the same. */
    @Test
    void whatWasUploadedAgainWasNotSpared() {
        byte[] layer = Content.random(89_002, 1_000);
        byte[] first = configuration("ADD b /");
        byte[] second = configuration("ADD b /", "-ENV B=1");
        byte[] third = configuration("ADD b /", "-ENV B=2");
        pushImage("again/a", "1", first, layer);
        JsonNode before = api.get("").path("transfer");
        pushImage("again/a", "2", second, layer);
        JsonNode again = api.get("").path("transfer");
        assertThat(again.path("existing")).isEqualTo(before.path("existing"));
        assertThat(again.path("uploaded_again").longValue() - before.path("uploaded_again").longValue()).isEqualTo(1_000);
        assertThat(again.path("uploaded").longValue() - before.path("uploaded").longValue()).isEqualTo(second.length);

        registry.pushBlob("again/a", third);
        registry.pushManifest("again/a", "3", ManifestJson.image(third, layer));
        JsonNode spared = api.get("").path("transfer");
        assertThat(spared.path("existing").longValue() - again.path("existing").longValue()).isEqualTo(1_000);
        assertThat(spared.path("uploaded_again")).isEqualTo(again.path("uploaded_again"));
    }

    @ParameterizedTest
    @CsvSource({
        "/repositories/no/such/tags, 404, NAME_UNKNOWN, name, no/such",
        "/repositories/no/such/image?reference=1, 404, NAME_UNKNOWN, name, no/such",
        "/repositories/bad/there/image?reference=2, 404, MANIFEST_UNKNOWN, name, bad/there",
        "/repositories/bad/there/image, 400, UNSUPPORTED, parameter, reference",
        "/repositories/bad/there/image?reference=-, 400, MANIFEST_INVALID, tag, -",
        "/repositories/bad/there/image?reference=sha256:1, 400, DIGEST_INVALID, digest, sha256:1",
        "/repositories/UPPER/tags, 400, NAME_INVALID, name, UPPER",
        "/repositories/bad/there, 404, UNSUPPORTED, path, /api/savings/repositories/bad/there",
        "/repositories/tags, 400, NAME_INVALID, name, ''",
        "/repositories?sort=color, 400, UNSUPPORTED, sort, color",
        "/repositories?order=up, 400, UNSUPPORTED, order, up",
        "/repositories?n=0, 400, UNSUPPORTED, n, 0",
        "/repositories?n=1001, 400, UNSUPPORTED, n, 1001",
        "/repositories?n=-1, 400, UNSUPPORTED, n, -1",
        "/repositories?n=99999999999999999999, 400, UNSUPPORTED, n, 99999999999999999999",
        "/repositories?after=abc, 400, UNSUPPORTED, after, abc",
        "/repositories?after=!, 400, UNSUPPORTED, after, !",
        "/repositories?after=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OjA6YQ, 400, UNSUPPORTED, after, OTk5OTk5OTk5OTk5OTk5OTk5OTk5OjA6YQ",
        "/repositories/bad/there/tags?sort=images, 400, UNSUPPORTED, sort, images",
        "/layers?depth=17, 400, UNSUPPORTED, depth, 17",
        "/layers?breadth=0, 400, UNSUPPORTED, breadth, 0",
        "/layers?stack=sha256:a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447, 404, BLOB_UNKNOWN,"
                + " stack, sha256:a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447",
        "/layers?stack=base, 400, DIGEST_INVALID, digest, base",
        "/bases?n=101, 400, UNSUPPORTED, n, 101",
        "/blobs/sha256:1, 400, DIGEST_INVALID, digest, sha256:1",
        "/blobs/sha256:a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447, 404, BLOB_UNKNOWN, digest,"
                + " sha256:a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447",
        "/history?from=yesterday, 400, UNSUPPORTED, from, yesterday",
        "/history?to=2026-13-01, 400, UNSUPPORTED, to, 2026-13-01",
        "/history?from=2026-02-01&to=2026-01-01, 400, UNSUPPORTED, from, 2026-02-01T00:00:00Z",
        "/history?from=0001-01-01&to=9999-01-01, 400, UNSUPPORTED, from, 0001-01-01T00:00:00Z",
        "/history?from=2026-01-01&to=2026-03-01&step=hour, 400, UNSUPPORTED, from, 2026-01-01T00:00:00Z",
        "/history?step=minute, 400, UNSUPPORTED, step, minute"
    })
    void whatIsAskedBadlyIsRefusedAndNamed(String path, int status, ErrorCode code, String name, String value) {
        registry.pushImage("bad/there", "1", 99_001);
        assertThat(registry.get("/api/savings" + path)).isError(status, code, name, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "[]", "{}", "{\"tags\":1}", "{\"repositories\":[1]}", "{\"repositories\":[\"NO\"]}",
        "{\"tags\":[{\"repository\":\"bad/there\",\"names\":[\"-\"]}]}", "{\"tags\":[{\"names\":[\"1\"]}]}",
        "{\"repositories\":[\"bad/there\"],\"more\":1}", "{\"repositories\":[\"bad/there\"]"
    })
    void aBadWishIsRefused(String body) {
        Answer answer = registry.post("/api/savings/freed", body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).as("%s", answer).isEqualTo(400);
        assertThat(answer.json().at("/errors/0/message").stringValue()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"repositories\":[\"null/there\"],\"tags\":null}",
        "{\"repositories\":null,\"tags\":[{\"repository\":\"null/there\",\"names\":[\"1\"]}]}"
    })
    void nullIsAnEmptyListInAWish(String body) {
        registry.pushImage("null/there", "1", 99_002);
        assertThat(registry.post("/api/savings/freed", body.getBytes(StandardCharsets.UTF_8))).hasStatus(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"repositories\":[\"no/such\"]}|NAME_UNKNOWN",
        "{\"tags\":[{\"repository\":\"bad/there\",\"names\":[\"absent\"]}]}|MANIFEST_UNKNOWN"
    })
    void aWishForWhatIsNotThereIsRefused(String body, ErrorCode code) {
        registry.pushImage("bad/there", "1", 99_001);
        assertThat(registry.post("/api/savings/freed", body.getBytes(StandardCharsets.UTF_8))).isError(404, code);
    }

    private String imageDigest(String repository, String tag) {
        return registry.getManifest(repository, tag).header("Docker-Content-Digest");
    }

    private Digest pushImage(String repository, String tag, byte[] configuration, byte[]... layers) {
        registry.pushBlob(repository, configuration);
        for (byte[] layer : layers) {
            registry.pushBlob(repository, layer);
        }
        return registry.pushManifest(repository, tag, ManifestJson.image(configuration, layers));
    }

    /** @param history instructions; those that made no layer begin with a hyphen */
    private static byte[] configuration(String... history) {
        StringBuilder json = new StringBuilder("{\"architecture\":\"amd64\",\"os\":\"linux\",\"history\":[");
        for (int i = 0; i < history.length; i++) {
            boolean empty = history[i].startsWith("-");
            json.append(i == 0 ? "" : ",")
                    .append("{\"created\":\"2026-11-25T08:59:00Z\",\"created_by\":\"")
                    .append(empty ? history[i].substring(1) : history[i])
                    .append("\",\"empty_layer\":")
                    .append(empty)
                    .append("}");
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }
}
