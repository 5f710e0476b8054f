package dev.strata.cache.contents;

import static dev.strata.cache.http.CacheCalls.json;
import static dev.strata.cache.http.CacheCalls.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.cache.http.CacheCalls;
import dev.strata.cache.http.TestLayer;
import dev.strata.problem.ErrorCode;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import dev.strata.step.Operation;
import dev.strata.step.StepFiles;
import dev.strata.testing.Content;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A command that misses because of files that are mounted says which ones. */
@RegistryTest
class MountedFilesTest {

    @Autowired
    RegistryClient registry;

    @Autowired
    ContentLists lists;

    /** Files of a mount: {@code a=1 b=2}. */
    private static ContentList list(String files) {
        return ContentList.of(Arrays.stream(files.strip().split(" "))
                .map(file -> file.split("="))
                .<Entry>map(file -> new Entry.File(file[0], 0644, Content.sha256(file[1].getBytes())))
                .toList());
    }

    /** Those of several mounts, parted by a comma. */
    private static StepFiles files(String mounts) {
        return StepFiles.ofMounts(Arrays.stream(mounts.split(",")).map(MountedFilesTest::list).toList());
    }

    private static Operation run(StepFiles files, String command) {
        return CacheCalls.operation("{\"op\":\"run\",\"argv\":[\"" + command + "\"],\"mounts\":["
                + files.lists().stream()
                        .map(list -> "{\"type\":\"bind\",\"target\":\"/m\",\"content\":\"" + list.digest() + "\"},")
                        .collect(Collectors.joining())
                + "{\"type\":\"cache\",\"target\":\"/c\"}]}");
    }

    private static void commit(CacheCalls cache, StepFiles files, String command) {
        TestLayer layer = TestLayer.of(files.hashCode());
        cache.registry().pushBlob(cache.repository(), layer.content());
        ObjectNode body = CacheCalls.entry(step(Optional.empty(), run(files, command)), layer);
        body.set("files", files.toJson());
        assertThat(cache.put(step(Optional.empty(), run(files, command)).key(), body)).isJson(201);
    }

    private static String request(ObjectNode step) {
        return "{\"platform\":\"linux/amd64\",\"stages\":[{\"name\":\"a\",\"base\":\"scratch\",\"steps\":[" + step + "]}]}";
    }

    private static JsonNode ask(CacheCalls cache, StepFiles files, String command) {
        ObjectNode step = run(files, command).toJson();
        step.set("files", files.toJson());
        return cache.post("explain", request(step)).json().get("stages").get(0).get("steps").get(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // the files of each mount before and now | those that are named
                "go.mod=1 go.sum=1 | go.mod=1 go.sum=2 main.go=1 | \"go.sum\",\"main.go\"",
                "go.mod=1,go.sum=1 | go.mod=1,go.sum=2           | \"go.sum\"",
                "go.mod=1,go.sum=1 | go.mod=2,go.sum=2           | \"go.mod\",\"go.sum\"",
                "a=1,a=1           | a=1,a=2                     | \"a\"",
                "a=1 b=1,a=1 c=1   | a=2 b=1,a=1 c=1             | \"a\"",
                "a=1,a=2           | a=2,a=1                     | \"a\""
            })
    void theFilesThatDifferAreNamed(String before, String now, String paths) {
        CacheCalls cache = new CacheCalls(registry, "mounts/named-" + Content.sha256((before + now).getBytes()).hex());
        commit(cache, files(before), "make");

        JsonNode miss = ask(cache, files(now), "make");

        assertThat(miss.get("reason").stringValue()).isEqualTo("CONTENT_CHANGED");
        assertThat(miss.get("detail")).isEqualTo(json("{\"fields\":[\"mounts\"],\"paths\":[" + paths + "]}"));
        lists.flush();
        assertThat(ask(cache, files(now), "make").get("detail")).isEqualTo(miss.get("detail"));
        assertThat(ask(cache, files(before), "make").get("status").stringValue()).isEqualTo("hit");
    }

    @Test
    void ofOtherMountsNoFilesAreNamed() {
        CacheCalls cache = new CacheCalls(registry, "mounts/others");
        commit(cache, files("a=1,b=1"), "make");

        assertThat(ask(cache, files("a=1"), "make").get("detail")).isEqualTo(json("{\"fields\":[\"mounts\"]}"));
    }

    @Test
    void listsAreKeptForAsLongAsAnEntryHasThem() {
        CacheCalls cache = new CacheCalls(registry, "mounts/kept");
        StepFiles files = files("kept=1,too=1");
        commit(cache, files, "make");
        lists.flush();
        lists.forget(2);
        assertThat(ask(cache, files("kept=2,too=1"), "make").get("detail").get("paths")).hasSize(1);

        registry.delete(cache.path("entries?scope=main"));
        lists.forget(2);

        assertThat(lists.find(run(files, "make").listedContent().orElseThrow())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                                    | files
            [[]]                                                                  | files
            [[],[]]                                                               | files[0]
            [[{"path":"a","type":"link","target":"x"}],{}]                        | files[1]
            [[{"path":"a","type":"socket"}],[]]                                   | files[0][0].type
            [[],[{"path":"b","type":"link","target":"x"},{"path":"a","type":"link","target":"x"}]] | files[1][1].path
            """)
    void listsThatAreNotThoseOfTheMountsAreRefused(String sent, String field) {
        CacheCalls cache = new CacheCalls(registry, "mounts/bad");
        ObjectNode asked = run(files("a=1,b=1"), "make").toJson();
        asked.set("files", json(sent));

        assertThat(cache.post("resolve", request(asked)))
                .isError(400, ErrorCode.STEP_INVALID, "field", "stages[0].steps[0]." + field);
    }

    /** As those of stages and images are. */
    @Test
    void aMountThatIsNoListHasNone() {
        CacheCalls cache = new CacheCalls(registry, "mounts/stage");
        ObjectNode asked = (ObjectNode) json("""
                {"op":"run","argv":["make"],"mounts":[{"type":"bind","target":"/m","content":{"stage":"a","paths":["/x"]}}]}""");
        asked.set("files", StepFiles.ofMounts(List.of(list("a=1"))).toJson());

        assertThat(cache.post("resolve", request(asked)))
                .isError(400, ErrorCode.STEP_INVALID, "field", "stages[0].steps[0].files");
    }
}
