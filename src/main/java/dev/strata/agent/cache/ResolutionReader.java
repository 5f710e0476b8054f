package dev.strata.agent.cache;

import dev.strata.agent.cache.Resolution.Blocked;
import dev.strata.agent.cache.Resolution.Bypass;
import dev.strata.agent.cache.Resolution.Hit;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.cache.Resolution.Paths;
import dev.strata.agent.cache.Resolution.StageResult;
import dev.strata.agent.cache.Resolution.StepResult;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.StagePlan;
import dev.strata.oci.Digest;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads what the cache answers to a whole Dockerfile. */
final class ResolutionReader {

    /** What a miss says of paths, apart from the rest of its detail. */
    private static final Set<String> PATHS = Set.of("paths", "more");

    private ResolutionReader() {}

    /** @throws CacheAwayException where the answer is not one to this plan */
    static Resolution read(BuildPlan plan, JsonNode stages) throws CacheAwayException {
        try {
            return results(plan, stages);
        } catch (RegistryException e) {
            throw new CacheAwayException("its answer is not understood: " + e.getMessage());
        }
    }

    private static Resolution results(BuildPlan plan, JsonNode stages) throws CacheAwayException {
        Map<String, StageResult> results = new LinkedHashMap<>();
        for (JsonNode stage : stages) {
            List<StepResult> steps = new ArrayList<>();
            int layer = 0;
            for (JsonNode step : stage.path("steps")) {
                boolean hit = step.path("status").asString("").equals("hit");
                boolean adds = hit && !(step.has("diff_id") && step.path("diff_id").isNull());
                steps.add(result(step, adds ? Optional.of(stage.path("layers").path(layer++)) : Optional.empty()));
            }
            results.put(stage.path("name").asString(""), new StageResult(List.copyOf(steps)));
        }
        for (StagePlan stage : plan.stages()) {
            StageResult result = results.get(stage.name());
            if (result == null) {
                throw new CacheAwayException("the answer lacks the stage " + stage.name());
            }
            if (result.steps().size() != stage.steps().size()) {
                throw new CacheAwayException("the answer has another number of steps for the stage " + stage.name());
            }
        }
        return new Resolution(results);
    }

    private static StepResult result(JsonNode step, Optional<JsonNode> layer) {
        return switch (step.path("status").asString("")) {
            case "hit" -> new Hit(
                    layer.map(json -> new ImageLayer(
                            RepositoryClient.descriptor(json), Digest.of(json.path("diff_id").asString("")))),
                    time(step.path("created_at")),
                    step.path("scope").asString(""),
                    step.path("origin").asString(""),
                    Duration.ofSeconds(step.path("age_s").asLong(0)),
                    Duration.ofMillis(step.path("exec_ms").asLong(0)));
            case "blocked" -> new Blocked();
            case "bypass" -> new Bypass();
            default -> new Miss(
                    step.path("key").asString(""),
                    step.path("reason").asString(step.path("status").asString("")),
                    Stream.of(detail(step.path("detail")), elsewhere(step.path("elsewhere")))
                            .filter(words -> !words.isEmpty())
                            .collect(Collectors.joining("; ")),
                    paths(step.path("detail")),
                    step.path("lease").has("id")
                            ? Optional.of(new Lease(step.path("lease").path("id").asString("")))
                            : Optional.empty(),
                    step.has("held"));
        };
    }

    /** A moment, where it is one. */
    static Optional<Instant> time(JsonNode json) {
        try {
            return Optional.of(Instant.parse(json.asString("")));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static String detail(JsonNode detail) {
        return detail.properties().stream()
                .filter(field -> !PATHS.contains(field.getKey()))
                .filter(field -> !field.getValue().isEmpty() || field.getValue().isValueNode())
                .map(field -> field.getKey() + " " + words(field.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** What another repository has of a step, and why it is not taken. */
    private static String elsewhere(JsonNode entry) {
        if (!entry.has("repository")) {
            return "";
        }
        String scope = entry.path("scope").asString("");
        String why =
                switch (entry.path("why").asString("")) {
                    case "NOT_VERIFIED" -> "where it is not verified yet";
                    case "TOO_OLD" -> "which is too old";
                    case "HINT" -> "which is a hint";
                    case "SCOPE" -> "a scope that is not read; see --read";
                    case "NOT_PROTECTED" -> "a scope that is not protected; strata.cache.share-scopes says what is taken";
                    case "MAY_NOT_PUSH" -> "and who may not push here takes nothing from there";
                    case "NOT_SHARED" -> "which does not share with this repository; strata.cache.share says which do";
                    case "GONE" -> "where it is gone";
                    default -> "and it is not taken";
                };
        return "%s has it in %s, %s".formatted(entry.path("repository").asString(""), scope, why);
    }

    private static Paths paths(JsonNode detail) {
        List<String> named = new ArrayList<>();
        detail.path("paths").forEach(path -> named.add(path.asString("")));
        return new Paths(List.copyOf(named), detail.path("more").asInt(0));
    }

    private static String words(JsonNode value) {
        if (!value.isArray()) {
            return value.isString() ? value.asString("") : value.toString();
        }
        List<String> words = new ArrayList<>();
        value.forEach(each -> words.add(words(each)));
        return String.join(" ", words);
    }
}
