package dev.strata.cache.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.cache.Scopes;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.lookup.EntryLookup;
import dev.strata.cache.lookup.LayerQuestion;
import dev.strata.cache.lookup.LayerQuestions;
import dev.strata.cache.lookup.HitOrigin;
import dev.strata.cache.lookup.Lookup;
import dev.strata.json.StrictJson;
import dev.strata.oci.Platform;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.step.Content;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.JsonNodeFactory;

/** The simple question: does the layer for this instruction on this parent exist? */
@RestController
class LayerController {

    private final LayerQuestions questions;
    private final EntryLookup entries;
    private final Scopes scopes;
    private final Guard guard;
    private final CacheAnswer answer;
    private final ShareReader sharing;

    LayerController(
            LayerQuestions questions,
            EntryLookup entries,
            Scopes scopes,
            Guard guard,
            CacheAnswer answer,
            ShareReader sharing) {
        this.sharing = sharing;
        this.questions = questions;
        this.entries = entries;
        this.scopes = scopes;
        this.guard = guard;
        this.answer = answer;
    }

    @Needs(Action.PULL)
    @RequestMapping(path = "/{*name}/_strata/cache/layer", method = {RequestMethod.GET, RequestMethod.HEAD})
    void get(
            @PathVariable RepositoryName name,
            @RequestParam String parent,
            @RequestParam String instruction,
            @RequestParam String platform,
            @RequestParam Optional<String> content,
            @RequestParam("scopes") Optional<String> named,
            @RequestParam Optional<String> trust,
            @RequestParam("max_age") Optional<String> maxAge,
            @RequestParam MultiValueMap<String, String> query,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        LayerQuestion question = new LayerQuestion(
                name,
                parent,
                instruction,
                Platform.of(platform),
                content.map(LayerController::content),
                surroundings(query),
                guard.readable(request),
                scopes.reads(
                        CacheParameters.scopes(named),
                        CacheParameters.trust(trust),
                        CacheParameters.seconds("max_age", maxAge),
                        () -> sharing.neighbours(request, name)));
        LayerQuestion.Answer found = questions.ask(question);
        switch (found.lookup()) {
            case Lookup.Hit(Entry entry, var origin) -> {
                sharing.note(request, name, entry, origin);
                RepositoryName owner = origin.map(HitOrigin::repository).orElse(name);
                answer.hit(request, response, entry, () -> EntryJson.of(origin, EntryJson.entry(entry, entries.step(name, owner, entry)))
                        .put("status", "hit")
                        .put("match", found.match().name().toLowerCase(Locale.ROOT)));
            }
            case Lookup.Miss(var reason, var entry) ->
                answer.miss(request, response, reason, EntryJson.miss(reason));
        }
    }

    /** A digest, or the JSON that a step would have. */
    private static Content content(String text) {
        if (!text.startsWith("{")) {
            return Content.of(JsonNodeFactory.instance.stringNode(text));
        }
        return Content.of(
                StrictJson.read(text.getBytes(StandardCharsets.UTF_8), "content", Problem.STEP_INVALID));
    }

    private static Optional<LayerQuestion.Surroundings> surroundings(MultiValueMap<String, String> query) {
        if (!query.containsKey("env") && !query.containsKey("user") && !query.containsKey("cwd")) {
            return Optional.empty();
        }
        Map<String, String> env = new TreeMap<>();
        for (String variable : query.getOrDefault("env", List.of())) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                env.put(variable.substring(0, equals), variable.substring(equals + 1));
            } else if (!variable.isEmpty()) {
                throw CacheParameters.invalid("env is written as NAME=value", "env", ""); // it may be a secret
            }
        }
        return Optional.of(new LayerQuestion.Surroundings(env, first(query, "user"), first(query, "cwd")));
    }

    private static String first(MultiValueMap<String, String> query, String name) {
        return Optional.ofNullable(query.getFirst(name)).orElse("");
    }
}
