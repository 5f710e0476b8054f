package dev.strata.upkeep.retention.http;

import dev.strata.access.callers.Caller;
import dev.strata.access.callers.Callers;
import dev.strata.upkeep.retention.plans.ListedImage;
import dev.strata.upkeep.retention.plans.Plan;
import dev.strata.upkeep.retention.rules.Clause;
import dev.strata.upkeep.retention.rules.Condition;
import dev.strata.upkeep.retention.rules.RetentionRule;
import dev.strata.upkeep.retention.rules.Seen;
import dev.strata.web.HeldAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON of retention. */
@Component
class RetentionJson {

    private static final String MEDIA_TYPE = "application/vnd.strata.upkeep.v1+json";

    ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** As it would be written in a file, and whether somebody saw what it removes. */
    ObjectNode rule(RetentionRule rule, Optional<Seen> seen) {
        ObjectNode json = object().put("name", rule.name());
        ArrayNode on = json.putArray("on");
        rule.on().forEach(pattern -> on.add(pattern.toString()));
        clauses(json.putArray("keep"), rule.keep());
        clauses(json.putArray("remove"), rule.remove());
        json.put("unattended", rule.unattended());
        json.put("runs", rule.unattended() || seen.isPresent());
        seen.ifPresent(known -> json.put("seen_at", known.at().toString()).put("seen_by", known.by()));
        return json;
    }

    private static void clauses(ArrayNode array, List<Clause> clauses) {
        for (Clause clause : clauses) {
            ObjectNode json = array.addObject();
            for (Condition condition : clause.conditions()) {
                switch (condition) {
                    case Condition.Tags(var patterns) -> {
                        ArrayNode tags = json.putArray("tags");
                        patterns.forEach(pattern -> tags.add(pattern.toString()));
                    }
                    case Condition.Newest(int count) -> json.put("newest", count);
                    case Condition.MoreThan(int count) -> json.put("more-than", count);
                    case Condition.Above(long bytes) -> json.put("above", bytes);
                    case Condition.OlderThan _,
                            Condition.PushedWithin _,
                            Condition.PulledWithin _,
                            Condition.NotPulledSince _,
                            Condition.UntaggedSince _ -> {
                        String[] words = condition.toString().split(" ");
                        json.put(words[0], words[1]);
                    }
                }
            }
        }
    }

    ObjectNode plan(Plan plan) {
        ObjectNode json = object()
                .put("id", String.valueOf(plan.id()))
                .put("state", word(plan.state()))
                .put("made_at", plan.madeAt().toString())
                .put("made_by", plan.madeBy())
                .put("until", plan.until().toString())
                .put("by_itself", plan.byItself())
                .put("cap", plan.wish().cap());
        ArrayNode repositories = json.putArray("repositories");
        plan.wish().repositories().forEach(pattern -> repositories.add(pattern.toString()));
        json.putObject("totals")
                .put("images", plan.totals().images())
                .put("remove", plan.totals().removals())
                .put("stopped", plan.totals().stopped())
                .put("bytes", plan.totals().bytes())
                .put("blob_bytes", plan.totals().blobBytes());
        plan.run().ifPresent(run -> {
            ObjectNode told = json.putObject("run")
                    .put("at", run.at().toString())
                    .put("by", run.by())
                    .put("removed", run.removed())
                    .put("stayed", run.stayed())
                    .put("bytes", run.bytes())
                    .put("restored", run.restored())
                    .put("not_restored", run.notRestored());
            run.endedAt().ifPresent(end -> told.put("ended_at", end.toString()));
        });
        return json;
    }

    ObjectNode image(ListedImage image) {
        ObjectNode json = object()
                .put("repository", image.repository())
                .put("digest", image.digest().toString());
        ArrayNode tags = json.putArray("tags");
        image.tags().forEach(tags::add);
        json.put("pushed_at", image.pushedAt().toString());
        image.pulledAt().ifPresent(time -> json.put("pulled_at", time.toString()));
        json.put("decision", switch (image.verdict().kind()) {
            case OPEN -> "open";
            case KEEP, LEAVE -> "keep";
            case REMOVE -> "remove";
            case STOPPED -> "stopped";
        });
        image.verdict().rule().ifPresent(rule -> json.put("rule", rule));
        json.put("reason", image.verdict().reason()).put("bytes", image.bytes());
        image.outcome().ifPresent(gone -> json.put("outcome", gone ? "removed" : "stayed"));
        image.because().filter(text -> !text.isEmpty()).ifPresent(text -> json.put("because", text));
        return json;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Who sent a request, as a grant would name them; empty on a registry without logins. */
    static String caller(HttpServletRequest request) {
        Caller caller = Callers.of(request);
        return caller.kind() == Caller.Kind.ANYBODY ? "" : word(caller.kind()) + ":" + caller.name();
    }

    void send(HttpServletRequest request, HttpServletResponse response, ObjectNode json) throws IOException {
        response.setContentType(MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        new HeldAnswer(request, response).send(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
