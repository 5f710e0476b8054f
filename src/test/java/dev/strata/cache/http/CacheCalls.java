package dev.strata.cache.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.json.StrictJson;
import dev.strata.oci.ChainId;
import dev.strata.oci.Platform;
import dev.strata.problem.Problem;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import java.net.URLEncoder;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An agent that asks the cache of one repository. */
public record CacheCalls(RegistryClient registry, String repository) {

    public static final Platform PLATFORM = Platform.of("linux/amd64");

    public String path(String endpoint) {
        return "/v2/" + repository + "/_strata/cache/" + endpoint;
    }

    public static Operation operation(String json) {
        return Operation.of(json(json));
    }

    public static Operation run(String command) {
        return operation("{\"op\":\"run\",\"argv\":[\"/bin/sh\",\"-c\",\"" + command + "\"]}");
    }

    public static Step step(Optional<ChainId> parent, Operation operation) {
        return new Step(PLATFORM, parent, operation);
    }

    /** What an agent commits, in the scope that is written by default. */
    public static ObjectNode entry(Step step, TestLayer layer) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("step", step.toJson());
        body.set("layer", layer.json());
        body.put("diff_id", layer.diffId().toString());
        body.put("exec_ms", 41_000);
        return body.put("builder", "test/1");
    }

    public Answer put(StepKey key, JsonNode body, String... headers) {
        return registry.put(path("entries/" + key), body.toString().getBytes(UTF_8), headers);
    }

    /** Uploads the layer and commits the step. */
    public Answer commit(Step step, TestLayer layer, String... headers) {
        registry.pushBlob(repository, layer.content());
        return put(step.key(), entry(step, layer), headers);
    }

    /** The same in a scope of its own. */
    public Answer commitIn(String scope, Step step, TestLayer layer, String... headers) {
        registry.pushBlob(repository, layer.content());
        return put(step.key(), entry(step, layer).put("scope", scope), headers);
    }

    /** @param query what follows the key, with its question mark */
    public Answer get(StepKey key, String query, String... headers) {
        return registry.get(path("entries/" + key + query), headers);
    }

    public Answer post(String endpoint, String body, String... headers) {
        return registry.post(path(endpoint), body.getBytes(UTF_8), headers);
    }

    public Answer layer(String parent, String instruction, String more) {
        return registry.get(path("layer?parent=" + parent + "&instruction=" + encode(instruction)
                + "&platform=linux/amd64" + more));
    }

    public static String encode(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    public static JsonNode json(String text) {
        return StrictJson.read(text.getBytes(UTF_8), "the test's JSON", Problem.STEP_INVALID);
    }
}
