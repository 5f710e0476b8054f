package dev.strata.agent.cache;

import dev.strata.agent.AgentException;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.connection.Http.Request;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.agent.plan.Base;
import dev.strata.agent.plan.BuildPlan;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import dev.strata.dockerfile.Instruction;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.step.LayerAnnotations;
import dev.strata.step.Step;
import dev.strata.step.StepFiles;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The layer cache of a repository, over HTTP. Whatever goes wrong with it is a {@link CacheAwayException}: a build goes on
 * without it.
 */
public final class CacheClient {

    /** For how long who was stopped waits for others to be told. */
    private static final Duration GOODBYE = Duration.ofSeconds(3);
    /** When to ask again where the server does not say it. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final int MOST_QUOTED = 500;

    private final RepositoryClient registry;
    private final Settings settings;

    /**
     * What the command line says.
     *
     * @param scopes where entries are looked for, in this order; the server's default where empty
     * @param scope where entries are stored; the server's default where empty
     * @param leaseTime how long a lease lasts without a sign of life
     */
    public record Settings(List<String> scopes, Optional<String> scope, Duration leaseTime) {}

    public CacheClient(RepositoryClient registry, Settings settings) {
        this.registry = registry;
        this.settings = settings;
    }

    private Http.Limits limits() {
        return registry.http().limits();
    }

    /** For how long the server is asked to wait. */
    Duration longestWait() {
        return limits().patience();
    }

    /**
     * How a wait for another agent's step ended.
     *
     * @param isHeld whether it is still run
     * @param again for how long the server wants to be left alone; none where it said how the step stands
     */
    record Waited(boolean isHeld, Duration again) {}

    /**
     * Asks for all steps of a plan, and for leases of those that have to be run.
     *
     * @param afresh stages whose steps are run afresh
     */
    public Resolution resolve(BuildPlan plan, List<String> afresh) throws CacheAwayException {
        return resolve(plan, request(plan, afresh, true));
    }

    /** The same for who was told which files differ: the lists that are needed for that stay behind. */
    public Resolution resolveWithoutFiles(BuildPlan plan, List<String> afresh) throws CacheAwayException {
        return resolve(plan, request(plan, afresh, false));
    }

    private Resolution resolve(BuildPlan plan, ObjectNode request) throws CacheAwayException {
        if (settings.leaseTime().isPositive()) {
            request.putObject("lease").put("ttl_s", settings.leaseTime().toSeconds());
        }
        return ResolutionReader.read(plan, post("resolve", request).path("stages"));
    }

    /** Asks for all steps of a plan without the intention to run any. */
    public Resolution resolveOnly(BuildPlan plan, List<String> afresh) throws CacheAwayException {
        return ResolutionReader.read(plan, post("resolve", request(plan, afresh, true)).path("stages"));
    }

    /** What differs between each missing step and the nearest one that is known. */
    public Resolution explain(BuildPlan plan, List<String> afresh) throws CacheAwayException {
        return ResolutionReader.read(plan, post("explain", request(plan, afresh, true)).path("stages"));
    }

    /**
     * Waits until another agent's step is there or nobody runs it any more, or for half a minute. A server with too many
     * who wait answers at once.
     */
    Waited await(Miss miss) throws CacheAwayException {
        String path = registry.path("_strata/cache/entries/" + miss.key() + query());
        HttpResponse<byte[]> answer = send(
                Request.get(path, "Prefer", "wait=" + longestWait().toSeconds())
                .within(longestWait().plus(limits().question())));
        return switch (answer.statusCode()) {
            case 200, 404, 410 -> new Waited(false, Duration.ZERO);
            case 202 -> new Waited(true, again(answer));
            default -> new Waited(false, again(answer));
        };
    }

    private static Duration again(HttpResponse<byte[]> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[1-9][0-9]{0,8}")) // it may be a date too
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(AGAIN);
    }

    /**
     * Makes sure that layers can be built on: the registry may take an image some of whose layers it lacks.
     *
     * @throws CacheAwayException where the repository lacks one of them, whatever the cache said before
     */
    public void requirePresent(List<Digest> layers) throws CacheAwayException {
        if (layers.isEmpty()) {
            return;
        }
        ObjectNode body = Http.JSON.createObjectNode();
        layers.stream().map(Digest::toString).forEach(body.putArray("digests")::add);
        if (!(post("missing", body).get("missing") instanceof ArrayNode missing)) {
            throw new CacheAwayException("it does not say which layers are there");
        }
        if (!missing.isEmpty()) {
            throw new CacheAwayException("it named a layer that is not there: " + missing.get(0).asString(""));
        }
    }

    /**
     * Stores what came out of a step.
     *
     * @param files the lists of the files that it took
     * @param stages the layers of each stage that it copied from, the lowest first
     * @param replace whether the step was run afresh on purpose
     * @return when it was stored; empty where another agent's result came first and stands
     */
    public Optional<Instant> commit(
            Step step,
            Optional<StepFiles> files,
            List<List<ImageLayer>> stages,
            Optional<ImageLayer> layer,
            Duration ran,
            String builder,
            Optional<Lease> lease,
            boolean replace)
            throws CacheAwayException {
        ObjectNode body = Http.JSON.createObjectNode();
        body.set("step", step.toJson());
        layer.ifPresentOrElse(
                present -> {
                    ObjectNode json = put(present, body.putObject("layer"));
                    LayerAnnotations annotations = LayerAnnotations.asFarAsKept(present.blob().annotations());
                    if (!annotations.isEmpty()) {
                        json.set("annotations", annotations.toJson());
                    }
                    body.put("diff_id", present.diffId().toString());
                },
                () -> body.putNull("layer"));
        body.put("exec_ms", ran.toMillis()).put("builder", builder);
        settings.scope().ifPresent(scope -> body.put("scope", scope));
        lease.ifPresent(held -> body.putObject("lease").put("id", held.id()));
        for (List<ImageLayer> stage : stages) {
            ArrayNode layers = body.withArray("stages").addObject().putArray("layers");
            stage.forEach(each -> put(each, layers.addObject()).put("diff_id", each.diffId().toString()));
        }
        SentFiles sent = new SentFiles();
        files.ifPresent(lists -> sent.add(body, lists));
        sent.attachTo(body);
        String path = registry.path("_strata/cache/entries/" + step.key());
        HttpResponse<byte[]> answer = send(
                Request.json("PUT", path, body, replace ? "If-Match" : "If-None-Match", "*")
                        .within(limits().question()));
        return switch (answer.statusCode()) {
            case 200, 201 -> Optional.of(ResolutionReader.time(json("an entry", answer).path("created_at"))
                    .orElseThrow(() -> new CacheAwayException("it does not say when an entry was stored")));
            case 409, 412 -> Optional.empty();
            default -> throw refused("an entry", answer);
        };
    }

    private static ObjectNode put(ImageLayer layer, ObjectNode json) {
        return json.put("mediaType", layer.blob().mediaType().value())
                .put("digest", layer.blob().digest().toString())
                .put("size", layer.blob().size());
    }

    /** Tells that the step is still run; gives back whether the lease still stands. */
    boolean renew(Lease lease) throws CacheAwayException {
        ObjectNode body = Http.JSON.createObjectNode().put("ttl_s", settings.leaseTime().toSeconds());
        return send(Request.json("PUT", registry.path("_strata/cache/leases/" + lease.id()), body).within(limits().question())).statusCode() < 300;
    }

    /** Lets others run the step. */
    void giveUp(Lease lease) throws CacheAwayException {
        send(Request.of("DELETE", registry.path("_strata/cache/leases/" + lease.id())).within(GOODBYE));
    }

    private ObjectNode request(BuildPlan plan, List<String> afresh, boolean withFiles) {
        Platform target = plan.target().platform();
        ObjectNode request = Http.JSON.createObjectNode().put("platform", target.toString());
        if (!settings.scopes().isEmpty()) {
            settings.scopes().forEach(request.putArray("scopes")::add);
        }
        settings.scope().ifPresent(scope -> request.put("scope", scope));
        if (!afresh.isEmpty()) {
            afresh.forEach(request.putArray("no_cache")::add);
        }
        SentFiles files = new SentFiles();
        ArrayNode stages = request.putArray("stages");
        for (StagePlan stage : plan.stages()) {
            ObjectNode json = stages.addObject().put("name", stage.name());
            if (!stage.platform().equals(target)) {
                json.put("platform", stage.platform().toString());
            }
            switch (stage.base()) {
                case Base.Scratch scratch -> json.put("base", "scratch");
                case Base.Image image -> image.diffIds().stream().map(Digest::toString)
                        .forEach(json.putObject("base").putArray("diff_ids")::add);
                case Base.Stage(StagePlan other) -> json.putObject("base").put("stage", other.name());
            }
            ArrayNode steps = json.putArray("steps");
            for (PlannedInstruction step : stage.steps()) {
                ObjectNode operation = step.operation().orElseThrow().toJson();
                if (step.instruction() instanceof Instruction.Run) {
                    step.after().visibleArguments().keySet().forEach(operation.withArray("args")::add);
                }
                step.files().filter(lists -> withFiles).ifPresent(lists -> files.add(operation, lists));
                steps.add(operation);
            }
        }
        files.attachTo(request);
        return request;
    }

    private static JsonNode json(String what, HttpResponse<byte[]> answer) throws CacheAwayException {
        try {
            return Http.JSON.readTree(answer.body());
        } catch (JacksonException e) {
            throw new CacheAwayException("what it answers for " + what + " is no JSON");
        }
    }

    private JsonNode post(String endpoint, ObjectNode body) throws CacheAwayException {
        HttpResponse<byte[]> answer =
                send(Request.json("POST", registry.path("_strata/cache/" + endpoint), body)
                        .within(limits().question()));
        if (answer.statusCode() != 200) {
            throw refused(endpoint, answer);
        }
        return json(endpoint, answer);
    }

    private static CacheAwayException refused(String what, HttpResponse<byte[]> answer) {
        String whole = new String(answer.body(), StandardCharsets.UTF_8).strip();
        String body = whole.substring(0, Math.min(whole.length(), MOST_QUOTED));
        return new CacheAwayException("it answers " + answer.statusCode() + " for " + what + " " + body);
    }

    private HttpResponse<byte[]> send(Request request) throws CacheAwayException {
        try {
            return registry.http().send(request);
        } catch (AgentException e) {
            if (e.outcome() == AgentException.Outcome.INTERRUPTED) {
                throw e;
            }
            throw new CacheAwayException(e.getMessage());
        }
    }

    private String query() {
        String scopes = settings.scopes().isEmpty() ? "" : "scopes=" + encoded(String.join(",", settings.scopes()));
        // Others run the step for the scope that they write, which need not be one of those that are read.
        String scope = settings.scope().map(name -> "scope=" + encoded(name)).orElse("");
        String query = Stream.of(scopes, scope).filter(part -> !part.isEmpty()).collect(Collectors.joining("&"));
        return query.isEmpty() ? "" : "?" + query;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
