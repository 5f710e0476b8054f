package dev.strata.cache.http;

import dev.strata.cache.Scope;
import dev.strata.cache.commits.Commit;
import dev.strata.cache.entries.Layer;
import dev.strata.json.JsonFields;
import dev.strata.json.StrictJson;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.problem.Problem;
import dev.strata.step.CanonicalJson;
import dev.strata.step.LayerAnnotations;
import dev.strata.step.Step;
import dev.strata.step.StepFiles;
import dev.strata.step.StepKey;
import dev.strata.web.EntityTags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads what an agent commits. */
final class CommitReader {

    /**
     * A commit as it was sent.
     *
     * @param written the key of the step as it was written, where that is not the usual way: its platform may have
     *     another name, a variable its value
     * @param scope the scope that it names
     */
    record Body(
            Step step,
            Optional<StepKey> written,
            Optional<StepFiles> files,
            Optional<Layer> layer,
            Optional<Digest> diffId,
            long execMs,
            String builder,
            Optional<Scope> scope,
            Optional<String> leaseId,
            Map<ChainId, List<Commit.StageLayer>> stages) {

        /** The step's key for one that is computed from what was written. */
        StepKey normal(StepKey key) {
            return written.filter(key::equals).isPresent() ? step.key() : key;
        }
    }

    private CommitReader() {}

    static Body read(byte[] content) {
        JsonFields fields = new JsonFields(
                StrictJson.read(content, "the entry", Problem.STEP_INVALID), "", Problem.STEP_INVALID);
        Step step = Step.of(fields.required("step"));
        Body body = new Body(
                step,
                written(step, fields.node("step")),
                optional(fields.node("files")).map(StepFiles::of),
                optional(fields.required("layer")).map(layer -> layer(fields.within(layer, "layer"))),
                optional(fields.node("diff_id")).map(id -> Digest.of(fields.requiredText("diff_id"))),
                fields.number("exec_ms", 0),
                fields.text("builder", ""),
                optional(fields.node("scope")).map(scope -> Scope.of(fields.requiredText("scope"))),
                optional(fields.node("lease"))
                        .map(lease -> fields.within(lease, "lease").requiredText("id")),
                stages(fields));
        fields.requireNoOthers();
        return body;
    }

    private static Optional<StepKey> written(Step step, JsonNode json) {
        return step.toJson().equals(json) ? Optional.empty() : Optional.of(Step.keyOf(CanonicalJson.of(json)));
    }

    private static Map<ChainId, List<Commit.StageLayer>> stages(JsonFields fields) {
        Map<ChainId, List<Commit.StageLayer>> stages = new HashMap<>();
        int index = 0;
        for (JsonNode element : fields.elements("stages")) {
            JsonFields stage = fields.within(element, "stages[" + index++ + "]");
            List<Commit.StageLayer> layers = new ArrayList<>();
            for (JsonNode each : stage.elements("layers")) {
                JsonFields layer = stage.within(each, "layers[" + layers.size() + "]");
                Digest diffId = Digest.of(layer.requiredText("diff_id"));
                layers.add(new Commit.StageLayer(layer(layer), diffId));
            }
            stage.requireNoOthers();
            ChainId.ofLayers(layers.stream().map(Commit.StageLayer::diffId).toList())
                    .ifPresent(chain -> stages.put(chain, List.copyOf(layers)));
        }
        return stages;
    }

    private static Layer layer(JsonFields fields) {
        fields.required("size");
        return new Layer(
                MediaType.of(fields.requiredText("mediaType")),
                Digest.of(fields.requiredText("digest")),
                fields.number("size", 0),
                LayerAnnotations.of(fields.textsByName("annotations")));
    }

    private static Optional<JsonNode> optional(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /**
     * What the headers allow to be replaced.
     *
     * @param ifMatch absent as empty
     */
    static Commit.Condition condition(Optional<String> ifMatch) {
        if (ifMatch.isEmpty()) {
            return new Commit.Condition.FirstWins();
        }
        if (ifMatch.get().strip().equals("*")) {
            return new Commit.Condition.ReplaceAny();
        }
        return new Commit.Condition.Replace(EntityTags.strong(ifMatch.get())
                .orElseThrow(() -> CacheParameters.invalid(
                        "If-Match has entity tags in quotes, or *", "If-Match", ifMatch.get())));
    }
}
