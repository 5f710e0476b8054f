package dev.strata.cache.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.cache.commits.Commits;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.lookup.ResolveRequest;
import dev.strata.cache.lookup.Resolver;
import dev.strata.cache.lookup.StageAnswer;
import dev.strata.json.JsonFields;
import dev.strata.json.StrictJson;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.http.AutoMounting;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions about a whole Dockerfile in one round trip. */
@RestController
class ResolveController {

    private static final int LARGEST_BODY = 1024 * 1024;
    private static final int MOST_DIGESTS = 10_000;

    private final ResolveReader reader;
    private final Resolver resolver;
    private final Commits commits;
    private final AutoMounting mounting;
    private final Guard guard;
    private final CacheAnswer answer;
    private final Clock clock;
    private final SmallBodies bodies;
    private final ShareReader sharing;

    ResolveController(
            ResolveReader reader,
            Resolver resolver,
            Commits commits,
            AutoMounting mounting,
            Guard guard,
            CacheAnswer answer,
            Clock clock,
            SmallBodies bodies,
            ShareReader sharing) {
        this.sharing = sharing;
        this.reader = reader;
        this.resolver = resolver;
        this.commits = commits;
        this.mounting = mounting;
        this.guard = guard;
        this.answer = answer;
        this.clock = clock;
        this.bodies = bodies;
    }

    @Needs(Action.PULL)
    @PostMapping("/{*name}/_strata/cache/resolve")
    void resolve(
            @PathVariable RepositoryName name,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        List<StageAnswer> stages = read(request, body -> resolver.resolve(read(name, body, request)));
        stages.stream().flatMap(stage -> stage.steps().stream()).forEach(step -> {
            if (step instanceof StageAnswer.Step.Hit(Entry entry, var origin)) {
                sharing.note(request, name, entry, origin);
            }
        });
        answer.send(request, response, HttpServletResponse.SC_OK, json(stages, false));
    }

    @Needs(Action.PULL)
    @PostMapping("/{*name}/_strata/cache/explain")
    void explain(
            @PathVariable RepositoryName name,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        List<StageAnswer> stages = read(request, body -> resolver.explain(read(name, body, request)));
        answer.send(request, response, HttpServletResponse.SC_OK, json(stages, true));
    }

    @Needs(Action.PULL)
    @PostMapping("/{*name}/_strata/cache/missing")
    void missing(@PathVariable RepositoryName name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        List<Digest> digests = read(request, ResolveController::digests);
        if (digests.size() > MOST_DIGESTS) {
            throw new RegistryException(
                    Problem.REQUEST_TOO_LARGE, "there are too many digests", Map.of("limit", MOST_DIGESTS));
        }
        ObjectNode json = EntryJson.object();
        ArrayNode missing = json.putArray("missing");
        List<Digest> absent = commits.missing(name, digests);
        Set<Digest> linked = Set.copyOf(mounting.answer(request, name, absent));
        absent.stream().filter(digest -> !linked.contains(digest)).forEach(digest -> missing.add(digest.toString()));
        answer.send(request, response, HttpServletResponse.SC_OK, json);
    }

    private static List<Digest> digests(byte[] body) {
        JsonFields fields = new JsonFields(
                StrictJson.read(body, "the request", Problem.PARAMETER_INVALID), "", Problem.PARAMETER_INVALID);
        fields.required("digests");
        return fields.texts("digests").stream().map(Digest::of).toList();
    }

    private ResolveRequest read(RepositoryName name, byte[] body, HttpServletRequest request) {
        return reader.read(
                name,
                body,
                guard.rights(request, name),
                guard.readable(request),
                () -> sharing.neighbours(request, name));
    }

    private <T> T read(HttpServletRequest request, SmallBodies.Reader<T> reader) throws IOException {
        return bodies.read(request, LARGEST_BODY, Problem.REQUEST_TOO_LARGE, reader);
    }

    private ObjectNode json(List<StageAnswer> stages, boolean withNearest) {
        ObjectNode json = EntryJson.object();
        ArrayNode array = json.putArray("stages");
        stages.forEach(stage -> array.add(stage(stage, withNearest)));
        return json;
    }

    private ObjectNode stage(StageAnswer stage, boolean withNearest) {
        ObjectNode json = EntryJson.object().put("name", stage.name()).put("hit_upto", stage.hitUpto());
        json.put("chain_id", stage.chainId().map(ChainId::toString).orElse(null));
        ArrayNode layers = json.putArray("layers");
        for (Entry entry : stage.hits()) {
            entry.layer().ifPresent(layer -> layers.add(
                    EntryJson.layer(layer).put("diff_id", entry.diffId().orElseThrow().toString())));
        }
        ArrayNode steps = json.putArray("steps");
        stage.steps().forEach(step -> steps.add(step(step, withNearest)));
        return json;
    }

    private ObjectNode step(StageAnswer.Step step, boolean withNearest) {
        return switch (step) {
            case StageAnswer.Step.Hit(Entry entry, var origin) -> EntryJson.of(origin, hit(entry));
            case StageAnswer.Step.Miss miss -> miss(miss, withNearest);
            case StageAnswer.Step.Bypass(var key) -> {
                ObjectNode json = EntryJson.object().put("status", "bypass");
                key.ifPresent(known -> json.put("key", known.toString()));
                yield json.put("reason", "NO_CACHE");
            }
            case StageAnswer.Step.Blocked() -> EntryJson.object().put("status", "blocked");
        };
    }

    private ObjectNode hit(Entry entry) {
        ObjectNode json = EntryJson.object()
                .put("status", "hit")
                .put("key", entry.key().toString())
                .put("scope", entry.scope().name())
                .put("age_s", entry.age(clock.instant()).toSeconds())
                .put("exec_ms", entry.execMs())
                .put("diff_id", entry.diffId().map(Digest::toString).orElse(null))
                .put("created_at", entry.createdAt().toString());
        EntryJson.addConfidence(entry, json);
        return json;
    }

    private static ObjectNode miss(StageAnswer.Step.Miss miss, boolean withNearest) {
        ObjectNode json = EntryJson.object().put("status", "miss");
        json.put("key", miss.key().map(Object::toString).orElse(null));
        json.put("reason", miss.why().reason().name());
        json.set("detail", EntryJson.detail(miss.why()));
        miss.lease().ifPresent(lease -> json.set("lease", EntryJson.lease(lease)));
        miss.heldFor().ifPresent(left -> json.putObject("held").put("left_s", left.toSeconds()));
        if (withNearest) {
            miss.why().nearest().ifPresent(nearest -> json.putObject("nearest")
                    .put("key", nearest.key().toString())
                    .put("scope", nearest.scope().name())
                    .put("created_at", nearest.createdAt().toString()));
            miss.why().elsewhere().ifPresent(there -> json.set("elsewhere", EntryJson.elsewhere(there)));
        }
        return json;
    }
}
