package dev.strata.cache.http;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.cache.Neighbours;
import dev.strata.cache.Scope;
import dev.strata.cache.Scopes;
import dev.strata.cache.Trust;
import dev.strata.cache.lookup.ResolveRequest;
import dev.strata.json.JsonFields;
import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.step.Operation;
import dev.strata.step.StepFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads the JSON of a whole Dockerfile. */
@Component
class ResolveReader {

    private static final int MOST_STEPS = 1_000;
    private static final int MOST_STAGES = 200;

    /** What is said with a step and is no part of it. */
    private static final List<String> BESIDE_THE_STEP = List.of("args", "files");

    private final Scopes scopes;

    ResolveReader(Scopes scopes) {
        this.scopes = scopes;
    }

    /**
     * @param rights of the caller on the repository
     * @param readable the repositories in which bases may be looked for
     * @param neighbours those whose entries the caller takes
     */
    ResolveRequest read(
            RepositoryName repository,
            byte[] content,
            RepositoryRights rights,
            ReadableRepositories readable,
            Supplier<Neighbours> neighbours) {
        JsonFields fields = new JsonFields(
                StrictJson.read(content, "the request", Problem.STEP_INVALID), "", Problem.STEP_INVALID);
        List<Scope> named = fields.texts("scopes").stream().map(Scope::of).toList();
        Trust trust = CacheParameters.trust(Optional.of(fields.text("trust", "recorded")));
        JsonNode maxAge = fields.node("max_age_s");
        JsonNode scope = fields.node("scope");
        var policy = scopes.reads(
                named,
                trust,
                isAbsent(maxAge) ? Optional.empty() : Optional.of(seconds(fields.number("max_age_s", 0))),
                neighbours);
        Scope written = isAbsent(scope) ? policy.scopes().getFirst() : Scope.of(fields.requiredText("scope"));
        fields.required("stages");
        List<ResolveRequest.Stage> stages = stages(fields, Platform.of(fields.requiredText("platform")));
        ResolveRequest request = new ResolveRequest(
                repository,
                policy,
                written,
                scopes.mayWrite(written, rights),
                readable,
                fresh(fields, stages),
                leaseTtl(fields),
                stages);
        fields.requireNoOthers();
        return request;
    }

    private static List<ResolveRequest.Stage> stages(JsonFields fields, Platform platform) {
        List<JsonNode> elements = fields.elements("stages");
        requireFew("stages", elements.size(), MOST_STAGES);
        List<ResolveRequest.Stage> stages = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int steps = 0;
        for (JsonNode element : elements) {
            JsonFields stage = fields.within(element, "stages[" + stages.size() + "]");
            List<JsonNode> asked = stage.elements("steps");
            steps += asked.size();
            requireFew("steps", steps, MOST_STEPS);
            stages.add(stage(stage, platform, asked, names));
        }
        return stages;
    }

    /** @param target the platform of stages that name none */
    private static ResolveRequest.Stage stage(
            JsonFields stage, Platform target, List<JsonNode> asked, Set<String> names) {
        String name = stage.requiredText("name");
        Platform platform =
                isAbsent(stage.node("platform")) ? target : Platform.of(stage.requiredText("platform"));
        ResolveRequest.Base base = base(stage, names);
        if (!names.add(name)) {
            throw stage.invalid("there are two stages of this name", stage.at("name"));
        }
        List<ResolveRequest.StepRequest> steps = new ArrayList<>();
        for (JsonNode step : asked) {
            steps.add(step(stage, step, steps.size()));
        }
        stage.requireNoOthers();
        return new ResolveRequest.Stage(name, platform, base, steps);
    }

    private static ResolveRequest.StepRequest step(JsonFields stage, JsonNode step, int index) {
        String path = "steps[" + index + "]";
        Set<String> arguments = Set.copyOf(stage.within(step, path).texts("args"));
        JsonNode files = step.path("files");
        ObjectNode operation = JsonNodeFactory.instance.objectNode().setAll((ObjectNode) step);
        operation.remove(BESIDE_THE_STEP);
        try {
            return new ResolveRequest.StepRequest(
                    Operation.of(operation),
                    arguments,
                    isAbsent(files) ? Optional.empty() : Optional.of(StepFiles.of(files)));
        } catch (RegistryException e) {
            Map<String, Object> detail = new HashMap<>(e.detail());
            detail.put("field", stage.at(path) + "." + e.detail().get("field"));
            throw new RegistryException(e.problem(), stage.at(path) + ": " + e.getMessage(), detail, e);
        }
    }

    private static ResolveRequest.Base base(JsonFields stage, Set<String> earlier) {
        JsonNode json = stage.required("base");
        if (json.isString() && json.stringValue().equals("scratch")) {
            return new ResolveRequest.Base.Scratch();
        }
        JsonFields fields = stage.within(json, "base");
        ResolveRequest.Base base;
        if (!fields.node("reference").isMissingNode()) {
            base = new ResolveRequest.Base.Reference(fields.requiredText("reference"));
        } else if (!fields.node("diff_ids").isMissingNode()) {
            base = new ResolveRequest.Base.DiffIds(
                    fields.texts("diff_ids").stream().map(Digest::of).toList());
        } else {
            String name = fields.requiredText("stage");
            if (!earlier.contains(name)) {
                throw fields.invalid("there is no stage of this name before", fields.at("stage"));
            }
            base = new ResolveRequest.Base.OfStage(name);
        }
        fields.requireNoOthers();
        return base;
    }

    private static ResolveRequest.Fresh fresh(JsonFields fields, List<ResolveRequest.Stage> stages) {
        JsonNode json = fields.node("no_cache");
        if (json.isBoolean() && json.booleanValue()) {
            return new ResolveRequest.Fresh.All();
        }
        if (isAbsent(json) || json.isBoolean()) {
            return new ResolveRequest.Fresh.Stages(Set.of());
        }
        Set<String> names = Set.copyOf(fields.texts("no_cache"));
        for (String name : names) {
            if (stages.stream().noneMatch(stage -> stage.name().equals(name))) {
                throw fields.invalid("no_cache names a stage that is not there", "no_cache");
            }
        }
        return new ResolveRequest.Fresh.Stages(names);
    }

    private static Optional<Duration> leaseTtl(JsonFields fields) {
        JsonNode json = fields.node("lease");
        if (isAbsent(json)) {
            return Optional.empty();
        }
        JsonFields lease = fields.within(json, "lease");
        lease.required("ttl_s");
        Duration ttl = seconds(lease.number("ttl_s", 0));
        lease.requireNoOthers();
        return Optional.of(ttl);
    }

    private static Duration seconds(long number) {
        return Duration.ofSeconds(Math.min(number, Integer.MAX_VALUE));
    }

    private static void requireFew(String what, int count, int most) {
        if (count > most) {
            throw new RegistryException(
                    Problem.REQUEST_TOO_LARGE,
                    "a request has " + most + " " + what + " at the most",
                    Map.of("limit", most));
        }
    }

    private static boolean isAbsent(JsonNode json) {
        return json.isMissingNode() || json.isNull();
    }
}
