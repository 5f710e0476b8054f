package dev.strata.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** OCI Distribution Specification, "Listing Tags". */
@RegistryTest
class TagListTest {

    /** So many that an answer has the room to name them. */
    private static final int TAGS_A_PUSH = 60;

    @Autowired
    RegistryClient registry;

    @Test
    void tagsAreListedByTheCodesOfTheirCharacters() {
        List<String> tags = List.of("1.10", "1.9", "10", "A", "B", "Z.a", "_", "_a", "a", "a-b", "a.b", "aB", "ab", "b");
        List<String> shuffled = new ArrayList<>(tags);
        Collections.shuffle(shuffled, new Random(1));
        pushTags("tags/order", shuffled);
        Answer answer = registry.get("/v2/tags/order/tags/list");
        assertThat(answer).isJson(200).hasNoHeader("Link").hasBody(answer.body());
        assertThat(answer.json().propertyNames()).containsExactly("name", "tags");
        assertThat(answer.json().path("name").stringValue()).isEqualTo("tags/order");
        assertThat(tagsOf(answer)).containsExactlyElementsOf(tags).isSorted();
    }

    @Test
    void aRepositoryWithoutTagsHasAnEmptyList() {
        registry.pushBlob("tags/none", new byte[0]);
        assertThat(registry.get("/v2/tags/none/tags/list").text()).isEqualTo("{\"name\":\"tags/none\",\"tags\":[]}");
        registry.pushImage("tags/deleted", "v1", 1);
        registry.delete(RegistryClient.manifest("tags/deleted", "v1"));
        assertThat(registry.get("/v2/tags/deleted/tags/list").json().path("tags").isArray()).isTrue();
        assertThat(tagsOf(registry.get("/v2/tags/deleted/tags/list"))).isEmpty();
    }

    @Test
    void aRepositoryThatDoesNotExistHasNoList() {
        assertThat(registry.get("/v2/tags/nowhere/tags/list"))
                .isError(404, ErrorCode.NAME_UNKNOWN, "name", "tags/nowhere");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 9, 10, 11, 1_000_000, 999_999_999})
    void pagesLeadThroughAllTags(int n) {
        List<String> tags = IntStream.range(0, 10).mapToObj(i -> "v" + i).toList();
        pushTags("tags/pages", tags);
        List<List<String>> pages = pages("/v2/tags/pages/tags/list?n=" + n);
        assertThat(pages.stream().flatMap(List::stream)).containsExactlyElementsOf(tags);
        assertThat(pages).hasSize((10 + n - 1) / n);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483646", "2147483647", "2147483648", "99999999999999999999"})
    void aPageMayBeAskedForThatIsLargerThanAnyList(String n) {
        pushTags("tags/large", List.of("a", "b"));
        Answer answer = registry.get("/v2/tags/large/tags/list?n=" + n);
        assertThat(answer).isJson(200).hasNoHeader("Link");
        assertThat(tagsOf(answer)).containsExactly("a", "b");
        assertThat(registry.get("/v2/_catalog?n=" + n)).isJson(200);
        assertThat(registry.get("/v2/tags/large/referrers/" + Content.sha256(new byte[0]) + "?n=" + n)).hasStatus(200);
    }

    @Test
    void noneAreAskedForAndNoneAreGiven() {
        pushTags("tags/zero", List.of("a", "b"));
        for (String query : new String[] {"?n=0", "?n=0&last=a"}) {
            Answer answer = registry.get("/v2/tags/zero/tags/list" + query);
            assertThat(answer).isJson(200).hasNoHeader("Link");
            assertThat(tagsOf(answer)).isEmpty();
        }
    }

    @Test
    void aListGoesOnAfterLastWhetherThatExistsOrNot() {
        pushTags("tags/last", List.of("a", "c", "e"));
        assertThat(tagsOf(registry.get("/v2/tags/last/tags/list?last="))).containsExactly("a", "c", "e");
        assertThat(tagsOf(registry.get("/v2/tags/last/tags/list?last=a"))).containsExactly("c", "e");
        assertThat(tagsOf(registry.get("/v2/tags/last/tags/list?last=b"))).containsExactly("c", "e");
        assertThat(tagsOf(registry.get("/v2/tags/last/tags/list?last=b&n=1"))).containsExactly("c");
        assertThat(tagsOf(registry.get("/v2/tags/last/tags/list?last=e"))).isEmpty();
        assertThat(tagsOf(registry.get("/v2/tags/last/tags/list?last=zzz&n=5"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%F0%9F%90%B3", "%FF", "%27%3B--"})
    void aLastThatIsNoTagIsOrderedOrRefusedButNoFault(String last) {
        pushTags("tags/odd-last", List.of("a", "c"));
        assertThat(registry.get("/v2/tags/odd-last/tags/list?last=" + last).status()).isIn(200, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "a", "1.5", "1e3", "0x10", "%201"})
    void whatIsNoNumberIsRefusedAndNamed(String n) {
        pushTags("tags/n", List.of("a"));
        assertThat(registry.get("/v2/tags/n/tags/list?n=" + n))
                .isError(400, ErrorCode.UNSUPPORTED, "n", n.replace("%20", " "));
    }

    @Test
    void aListIsNeverOlderThanWhatWasAcknowledged() {
        for (int i = 0; i < 20; i++) {
            registry.pushImage("tags/fresh", "v" + i, 1);
            assertThat(tagsOf(registry.get("/v2/tags/fresh/tags/list"))).hasSize(i + 1);
        }
        registry.delete(RegistryClient.manifest("tags/fresh", "v7"));
        assertThat(tagsOf(registry.get("/v2/tags/fresh/tags/list"))).hasSize(19).doesNotContain("v7");
        Digest digest = registry.pushImage("tags/fresh", "v3", 1);
        registry.delete(RegistryClient.manifest("tags/fresh", digest));
        assertThat(tagsOf(registry.get("/v2/tags/fresh/tags/list"))).isEmpty();
    }

    @Test
    void whoHasTheListAlreadyGetsNothingUntilItChanges() {
        pushTags("tags/etag", List.of("a", "b"));
        String path = "/v2/tags/etag/tags/list";
        String entityTag = registry.get(path).header("ETag");
        assertThat(registry.get(path, "If-None-Match", entityTag)).hasStatus(304);
        assertThat(registry.get(path + "?n=1", "If-None-Match", entityTag)).hasStatus(200);
        pushTags("tags/etag", List.of("c"));
        assertThat(registry.get(path, "If-None-Match", entityTag)).hasStatus(200);
    }

    @Test
    void headSaysWhatGetWouldSay() {
        pushTags("tags/head", List.of("a", "b"));
        int length = registry.get("/v2/tags/head/tags/list").body().length;
        assertThat(registry.head("/v2/tags/head/tags/list")).isJson(200).hasNoBodyOf(length);
    }

    @Test
    void aListThatIsTooLargeToBeKeptIsInOrderWholeAndInPages() {
        ManifestJson image = registry.pushBlobsOf("tags/many", 1);
        TreeSet<String> tags = new TreeSet<>();
        Random random = new Random(17_000);
        while (tags.size() < 17_000) { // few of them, and long: each takes time to push
            tags.add(tag(random) + "_".repeat(118));
        }
        pushTogether("tags/many", image, tags);
        assertHasAll("/v2/tags/many/tags/list", tags);
        pushTogether("tags/many", image, List.of("another"));
        tags.add("another");
        assertHasAll("/v2/tags/many/tags/list", tags);
        List<List<String>> pages = pages("/v2/tags/many/tags/list?n=997");
        assertThat(pages.stream().flatMap(List::stream).toList()).isEqualTo(List.copyOf(tags));
        assertThat(pages.subList(0, pages.size() - 1)).allMatch(page -> page.size() == 997);
    }

    private void assertHasAll(String path, TreeSet<String> tags) {
        Answer whole = registry.get(path);
        assertThat(whole).hasStatus(200).hasNoHeader("Link");
        assertThat(tagsOf(whole)).isEqualTo(List.copyOf(tags));
    }

    /** Many tags with each push: so many pushes are not what is tested here, and take their time. */
    private void pushTogether(String repository, ManifestJson image, Collection<String> tags) {
        List<String> shuffled = new ArrayList<>(tags);
        Collections.shuffle(shuffled, new Random(1));
        for (int i = 0; i < shuffled.size(); i += TAGS_A_PUSH) {
            List<String> some = shuffled.subList(i, Math.min(shuffled.size(), i + TAGS_A_PUSH));
            String query = "?tag=" + String.join("&tag=", some);
            assertThat(registry.putManifest(repository, image.digest() + query, image.mediaType(), image.bytes()))
                    .hasStatus(201);
        }
    }

    private static String tag(Random random) {
        String first = "abcxyzABCXYZ019_";
        String further = first + ".-";
        StringBuilder tag = new StringBuilder().append(first.charAt(random.nextInt(first.length())));
        int length = 3 + random.nextInt(6);
        for (int i = 0; i < length; i++) {
            tag.append(further.charAt(random.nextInt(further.length())));
        }
        return tag.toString();
    }

    private void pushTags(String repository, List<String> tags) {
        ManifestJson image = registry.pushBlobsOf(repository, 1);
        for (String tag : tags) {
            registry.pushManifest(repository, tag, image);
        }
    }

    private List<List<String>> pages(String first) {
        List<List<String>> pages = new ArrayList<>();
        for (String path = first; !path.isEmpty(); ) {
            Answer answer = registry.get(path);
            assertThat(answer).isJson(200);
            pages.add(tagsOf(answer));
            path = answer.find("Link").map(Pages::next).orElse("");
        }
        return pages;
    }

    private static List<String> tagsOf(Answer answer) {
        return answer.json().path("tags").values().stream().map(JsonNode::stringValue).toList();
    }
}
