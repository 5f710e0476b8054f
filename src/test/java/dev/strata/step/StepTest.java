package dev.strata.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Steps, their canonical form and their keys; {@code step-vectors.json} was made with another language. */
class StepTest {

    private static final String PARENT = "sha256:" + "a".repeat(64);

    record Vector(String name, JsonNode json) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> vectors() throws IOException {
        return read().get("steps").valueStream().map(json -> new Vector(json.get("name").stringValue(), json));
    }

    private static JsonNode read() throws IOException {
        try (InputStream in = StepTest.class.getResourceAsStream("/step-vectors.json")) {
            return StrictJson.read(
                    Objects.requireNonNull(in).readAllBytes(), "the vectors", Problem.STEP_INVALID);
        }
    }

    @Test
    void valuesThatAreNoTextDoNotLookAlike() {
        List<String> values = List.of("?", "\uD800", "\uDFFF", "a\uD800", "a?", "\uFFFD", "\uD83D\uDE80");
        assertThat(values.stream().map(value -> Environment.ofValues(Map.of("A", value)))).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aPublishedStepHasItsCanonicalFormAndKey(Vector vector) {
        Step step = Step.of(vector.json().get("step"));
        assertThat(step.canonical()).isEqualTo(vector.json().get("canonical").stringValue());
        assertThat(step.key()).hasToString(vector.json().get("key").stringValue());
        assertThat(step.toJson()).isEqualTo(vector.json().get("step"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"op":"run","argv":["x"]}          | {"argv":["x"],"op":"run"}
            {"op":"run","argv":["x"]}          | {"op":"run","argv":["x"],"env":{},"user":"","cwd":"/","mounts":[]}
            {"op":"run","argv":["x"]}          | {"op":"run","argv":["x"],"network":"default","security":"sandbox"}
            {"op":"run","argv":["x"],"env":{"A":"%C","B":"%C"}} | {"op":"run","argv":["x"],"env":{"B":"%C","A":"%C"}}
            {"op":"copy","dest":"/x","content":"%C"} | {"op":"copy","dest":"/x","content":"%C","link":false,"exclude":[]}
            {"op":"copy","dest":"/x","content":"%C"} | {"op":"copy","dest":"/x","content":"%C","chown":"","chmod":""}
            {"op":"copy","dest":"/x","content":"%C"} | {"op":"copy","dest":"/x","content":"%C","cwd":"/srv"}
            {"op":"workdir"}                   | {"op":"workdir","cwd":"/","user":""}
            """)
    void whatCannotBeSeenDoesNotChangeTheKey(String one, String other) {
        assertThat(step(one).key()).isEqualTo(step(other).key());
        assertThat(step(one)).isEqualTo(step(other));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                             | op
            {"op":1}                                       | op
            {"op":"label"}                                 | op
            {"op":"run"}                                   | argv
            {"op":"run","argv":[]}                         | argv
            {"op":"run","argv":"x"}                        | argv
            {"op":"run","argv":[1]}                        | argv
            {"op":"run","argv":["x"],"enviroment":{}}      | enviroment
            {"op":"run","argv":["x"],"dest":"/x"}          | dest
            {"op":"run","argv":["x"],"env":["A=b"]}        | env
            {"op":"run","argv":["x"],"env":{"A":1}}        | env.A
            {"op":"run","argv":["x"],"env":{"":"%C"}}      | env.
            {"op":"run","argv":["x"],"env":{"A=B":"%C"}}   | env.A=B
            {"op":"run","argv":["x"],"user":null}          | user
            {"op":"run","argv":["x"],"mounts":{}}          | mounts
            {"op":"run","argv":["x"],"mounts":["x"]}       | mounts[0]
            {"op":"run","argv":["x"],"mounts":[{"type":"nfs"}]} | mounts.type
            {"op":"run","argv":["x"],"mounts":[{"type":"secret","id":"x","value":"y"}]} | mounts[0].value
            {"op":"copy","content":"%C"}                   | dest
            {"op":"copy","dest":"","content":"%C"}         | dest
            {"op":"copy","dest":"/x"}                      | content
            {"op":"copy","dest":"/x","content":"x"}        | content
            {"op":"copy","dest":"/x","content":{}}         | content.image
            {"op":"copy","dest":"/x","content":{"image":"debian","paths":["/x"]}} | content.image
            {"op":"copy","dest":"/x","content":{"stage":"%C","paths":[]}} | content.stage
            {"op":"copy","dest":"/x","content":{"stage":"%C","paths":["/x"],"mode":1}} | content.mode
            {"op":"copy","dest":"/x","content":"%C","link":"yes"} | link
            {"op":"workdir","cwd":"/x","argv":["x"]}       | argv
            """)
    void aStepOfUnknownShapeIsRefusedWithItsField(String operation, String field) {
        RegistryException e = catchThrowableOfType(RegistryException.class, () -> step(operation));
        assertThat(e).isNotNull();
        assertThat(e.problem()).isEqualTo(Problem.STEP_INVALID);
        assertThat(e.detail().get("field")).isEqualTo(field);
        assertThat(e.getMessage() + e.detail()).as("what may be a secret").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"platform":"linux/amd64","parent":null}               | v
            {"v":2,"platform":"linux/amd64","parent":null}         | v
            {"v":"1","platform":"linux/amd64","parent":null}       | v
            {"v":1,"parent":null}                                  | platform
            {"v":1,"platform":"linux","parent":null}               | platform
            {"v":1,"platform":"linux/amd64"}                       | parent
            {"v":1,"platform":"linux/amd64","parent":"debian:12"}  | parent
            {"v":1,"platform":"linux/amd64","parent":null,"op":"run","argv":["x"],"extra":1} | extra
            """)
    void aStepThatDoesNotSayWhereItStandsIsRefused(String json, String field) {
        RegistryException e = catchThrowableOfType(RegistryException.class, () -> Step.of(json(json)));
        assertThat(e).isNotNull();
        assertThat(e.detail().get("field")).isEqualTo(field);
    }

    @Test
    void aStageIsNamedByItsChain() {
        String copy = "{\"op\":\"copy\",\"dest\":\"/x\",\"content\":{\"stage\":\"build\",\"paths\":[\"/x\"]}}";
        Operation operation = Operation.of(json(copy));
        assertThat(operation.contents())
                .containsExactly(new Content.OfStage("build", java.util.List.of("/x")));
        assertThat(catchThrowableOfType(RegistryException.class, () -> step(copy))).isNotNull();
    }

    @Test
    void halfACharacterIsRefused() {
        assertThat(catchThrowableOfType(
                        RegistryException.class, () -> step("{\"op\":\"run\",\"argv\":[\"\\ud800\"]}").key()))
                .isNotNull();
    }

    @Test
    void aValueHasTheDigestThatIsPublished() throws IOException {
        for (JsonNode vector : read().get("values")) {
            Environment env = Environment.ofValues(Map.of("A", vector.get("value").stringValue()));
            assertThat(env.digests().get("A")).hasToString(vector.get("digest").stringValue());
        }
    }

    @Test
    void filesHaveTheDigestThatIsPublished() throws IOException {
        JsonNode vector = read().get("contents").get(0);
        assertThat(CanonicalJson.of(vector.get("list"))).isEqualTo(vector.get("canonical").stringValue());
        ContentList list = ContentList.of(vector.get("list"));
        assertThat(list.digest()).hasToString(vector.get("digest").stringValue());
        assertThat(list.toJson()).isEqualTo(vector.get("list"));
        assertThat(ContentList.of(list.entries().reversed())).isEqualTo(list);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                | files
            ["x"]                                                             | files[0]
            [{"type":"file","mode":"0644","sha256":"%H"}]                     | files[0].path
            [{"path":1,"type":"directory","mode":"0755"}]                     | files[0].path
            [{"path":"x"}]                                                    | files[0].type
            [{"path":"x","type":"socket"}]                                    | files[0].type
            [{"path":"x","type":"file","mode":"0644"}]                        | files[0].sha256
            [{"path":"x","type":"file","mode":"0644","sha256":"sha256:%H"}]   | files[0].sha256
            [{"path":"x","type":"file","mode":420,"sha256":"%H"}]             | files[0].mode
            [{"path":"x","type":"directory","mode":"755"}]                    | files[0].mode
            [{"path":"x","type":"directory","mode":"0855"}]                   | files[0].mode
            [{"path":"x","type":"link"}]                                      | files[0].target
            [{"path":"x","type":"link","target":"y","mode":"0777"}]           | files[0].mode
            [{"path":"x","type":"directory","mode":"0755","mtime":1}]         | files[0].mtime
            [{"path":"x","type":"link","target":"y"},{"path":"x","type":"link","target":"z"}] | files[1].path
            [{"path":"b","type":"link","target":"y"},{"path":"a","type":"link","target":"y"}] | files[1].path
            """)
    void aListOfFilesOfUnknownShapeIsRefusedWithItsField(String list, String field) {
        RegistryException e = catchThrowableOfType(
                RegistryException.class, () -> ContentList.of(json(list.replace("%H", "a".repeat(64)))));
        assertThat(e).isNotNull();
        assertThat(e.problem()).isEqualTo(Problem.STEP_INVALID);
        assertThat(e.detail().get("field")).isEqualTo(field);
    }

    private static Step step(String operation) {
        String place = "{\"v\":1,\"platform\":\"linux/amd64\",\"parent\":\"" + PARENT + "\"";
        String rest = operation
                .replace("%C", PARENT)
                .replace("%5", "sha512:" + "a".repeat(128))
                .substring(1);
        return Step.of(json(place + (rest.equals("}") ? "" : ",") + rest));
    }

    private static JsonNode json(String text) {
        return StrictJson.read(text.getBytes(UTF_8), "the step", Problem.STEP_INVALID);
    }

    /** No value goes any further: it may be a secret. */
    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "sha256:secret", "sha512:00"})
    void aValueIsReplacedByItsDigest(String value) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("op", "run");
        json.putArray("argv").add("x");
        json.putObject("env").put("A", value);
        assertThat(Operation.of(json)).isEqualTo(new Operation.Run(
                List.of("x"), Environment.ofValues(Map.of("A", value)), "", "/", List.of(), "default", "sandbox"));
        assertThat(Operation.of(Operation.of(json).toJson())).isEqualTo(Operation.of(json));
    }
}
