package dev.strata.cache.contents;

import static dev.strata.cache.http.CacheCalls.json;
import static dev.strata.cache.http.CacheCalls.step;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.problem.ErrorCode;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A copy that misses because of its files says which ones. */
@RegistryTest
class ContentListsTest {

    private static final ContentList BEFORE =
            ContentList.of(List.of(file("go.mod", 1), file("go.sum", 1), file("main.go", 1)));
    private static final ContentList NOW =
            ContentList.of(List.of(file("go.mod", 1), file("go.sum", 2), file("a.go", 1)));

    @Autowired
    RegistryClient registry;

    @Autowired
    ContentLists lists;

    private static Entry file(String path, int content) {
        return new Entry.File(path, 0644, Content.sha256(new byte[] {(byte) content}));
    }

    private static ContentList files(int count, int content) {
        return ContentList.of(IntStream.range(0, count)
                .mapToObj(number -> file("file-%03d".formatted(number), content))
                .toList());
    }

    private static Operation copy(ContentList files) {
        return CacheCalls.operation("{\"op\":\"copy\",\"dest\":\"/src/\",\"content\":\"" + files.digest() + "\"}");
    }

    private static ObjectNode entry(ContentList files, TestLayer layer) {
        return CacheCalls.entry(step(Optional.empty(), copy(files)), layer);
    }

    private static void commit(CacheCalls cache, ContentList files, boolean withFiles) {
        TestLayer layer = TestLayer.of(files.hashCode());
        cache.registry().pushBlob(cache.repository(), layer.content());
        ObjectNode body = entry(files, layer);
        if (withFiles) {
            body.set("files", files.toJson());
        }
        assertThat(cache.put(step(Optional.empty(), copy(files)).key(), body)).isJson(201);
    }

    private static String request(ObjectNode step) {
        return "{\"platform\":\"linux/amd64\",\"stages\":[{\"name\":\"a\",\"base\":\"scratch\",\"steps\":[" + step + "]}]}";
    }

    private static JsonNode ask(CacheCalls cache, String endpoint, ContentList files, boolean withFiles) {
        ObjectNode step = copy(files).toJson();
        if (withFiles) {
            step.set("files", files.toJson());
        }
        JsonNode answer = cache.post(endpoint, request(step)).json();
        return answer.get("stages").get(0).get("steps").get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resolve", "explain"})
    void theFilesThatDifferAreNamed(String endpoint) {
        CacheCalls cache = new CacheCalls(registry, "contents/named-" + endpoint);
        commit(cache, BEFORE, true);

        JsonNode miss = ask(cache, endpoint, NOW, true);

        assertThat(miss.get("reason").stringValue()).isEqualTo("CONTENT_CHANGED");
        assertThat(miss.get("detail")).isEqualTo(json("{\"paths\":[\"a.go\",\"go.sum\",\"main.go\"]}"));
        assertThat(ask(cache, endpoint, BEFORE, true).get("status").stringValue()).isEqualTo("hit");
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "false, false"})
    void withoutBothListsNoFilesAreNamed(boolean committed, boolean asked) {
        CacheCalls cache = new CacheCalls(registry, "contents/one-of-two-" + committed + "-" + asked);
        ContentList before = files(committed ? 2 : 3, 1);
        commit(cache, before, committed);

        JsonNode miss = ask(cache, "resolve", NOW, asked);

        assertThat(miss.get("reason").stringValue()).isEqualTo("CONTENT_CHANGED");
        assertThat(miss.get("detail")).isEqualTo(json("{}"));
    }

    @ParameterizedTest
    @CsvSource({"20, 0", "21, 1", "300, 280"})
    void ofManyFilesTheRestIsCounted(int count, int more) {
        CacheCalls cache = new CacheCalls(registry, "contents/many-" + count);
        commit(cache, files(count, 1), true);

        JsonNode detail = ask(cache, "explain", files(count, 2), true).get("detail");

        assertThat(detail.get("paths")).hasSize(20);
        assertThat(detail.get("paths").get(19).stringValue()).isEqualTo("file-019");
        assertThat(detail.path("more").asInt(0)).isEqualTo(more);
    }

    @Test
    void aListIsComparedWithThatOfTheNewestEntry() {
        CacheCalls cache = new CacheCalls(registry, "contents/newest");
        commit(cache, files(3, 7), true);
        commit(cache, BEFORE, true);

        assertThat(ask(cache, "explain", NOW, true).get("detail").get("paths")).hasSize(3);
    }

    @Test
    void aListIsThereAfterItIsWrittenAndGoesWithTheLastEntryThatHasIt() {
        CacheCalls cache = new CacheCalls(registry, "contents/written");
        CacheCalls other = new CacheCalls(registry, "contents/written-too");
        ContentList files = files(5, 3);
        commit(cache, files, true);
        commit(other, files, false);
        lists.flush();
        lists.forget(2);

        assertThat(ask(cache, "resolve", NOW, true).get("detail").get("paths")).hasSize(8);
        registry.delete(cache.path("entries?scope=main"));
        lists.forget(2);
        assertThat(ask(other, "resolve", NOW, true).get("detail").get("paths"))
                .as("another repository's entry has it too")
                .hasSize(8);
        registry.delete(other.path("entries?scope=main"));
        lists.forget(2);
        assertThat(lists.find(files.digest())).isEmpty();
    }

    /** Its paths cannot be compressed. */
    @Test
    void aListThatIsTooLargeIsNotKeptAndNoError() {
        CacheCalls cache = new CacheCalls(registry, "contents/large");
        ContentList large = ContentList.of(IntStream.range(0, 4_000)
                .mapToObj(number -> file(Content.sha256(("large" + number).getBytes(UTF_8)).hex(), 1))
                .toList());
        commit(cache, large, true);

        JsonNode miss = ask(cache, "resolve", NOW, true);

        assertThat(miss.get("reason").stringValue()).isEqualTo("CONTENT_CHANGED");
        assertThat(miss.get("detail")).isEqualTo(json("{}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                        | files
            "go.mod"                                                  | files
            []                                                        | files
            [{"path":"go.mod","type":"file","mode":"0644"}]           | files[0].sha256
            [{"path":"go.mod","type":"directory","mode":"0644"}]      | files
            [{"path":"a","type":"socket"}]                            | files[0].type
            [{"path":"a","type":"link","target":"x","x":1}]           | files[0].x
            [{"path":"a","type":"link","target":"x"},{"path":"a","type":"link","target":"x"}] | files[1].path
            [{"path":"b","type":"link","target":"x"},{"path":"a","type":"link","target":"x"}] | files[1].path
            """)
    void aListThatIsNotThatOfTheContentIsRefused(String list, String field) {
        CacheCalls cache = new CacheCalls(registry, "contents/bad");
        ObjectNode asked = copy(BEFORE).toJson();
        asked.set("files", json(list));
        for (String endpoint : List.of("resolve", "explain")) {
            assertThat(cache.post(endpoint, request(asked)))
                    .isError(400, ErrorCode.STEP_INVALID, "field", "stages[0].steps[0]." + field);
        }
        TestLayer layer = TestLayer.of(4_000);
        Step step = step(Optional.empty(), copy(BEFORE));
        registry.pushBlob(cache.repository(), layer.content());
        ObjectNode body = entry(BEFORE, layer);
        body.set("files", json(list));
        assertThat(cache.put(step.key(), body)).isError(400, ErrorCode.STEP_INVALID, "field", field);
        assertThat(cache.get(step.key(), "")).isJson(404);
    }

    @Test
    void theListOfOtherFilesIsRefusedWithItsDigest() {
        CacheCalls cache = new CacheCalls(registry, "contents/other");
        ObjectNode asked = copy(BEFORE).toJson();
        asked.set("files", NOW.toJson());

        assertThat(cache.post("resolve", request(asked)))
                .isError(
                        400, ErrorCode.STEP_INVALID,
                        "content", BEFORE.digest().toString(),
                        "actual", NOW.digest().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"op\":\"run\",\"argv\":[\"x\"]}",
        "{\"op\":\"workdir\",\"cwd\":\"/x\"}",
        "{\"op\":\"copy\",\"dest\":\"/\",\"content\":{\"stage\":\"a\",\"paths\":[\"/x\"]}}"
    })
    void aStepThatCopiesNoListHasNone(String step) {
        CacheCalls cache = new CacheCalls(registry, "contents/none");
        ObjectNode asked = (ObjectNode) json(step);
        asked.set("files", BEFORE.toJson());

        assertThat(cache.post("resolve", request(asked)))
                .isError(400, ErrorCode.STEP_INVALID, "field", "stages[0].steps[0].files");
    }

    @Test
    void aListOfTooManyFilesIsRefused() {
        CacheCalls cache = new CacheCalls(registry, "contents/too-many");
        List<Entry> entries = IntStream.rangeClosed(0, ContentList.MOST_SENT)
                .<Entry>mapToObj(number -> new Entry.Link("%05d".formatted(number), ""))
                .toList();
        ContentList list = ContentList.of(entries);
        ObjectNode asked = copy(list).toJson();
        asked.set("files", list.toJson());

        assertThat(cache.post("resolve", request(asked)))
                .isError(400, ErrorCode.STEP_INVALID, "field", "stages[0].steps[0].files");
    }
}
