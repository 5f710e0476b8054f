package dev.strata.upkeep.retention.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.Action;
import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.retention.rules.RetentionRule;
import dev.strata.upkeep.retention.rules.RetentionRules;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The rules of retention. */
@RestController
@RequestMapping("/api/upkeep/retention/rules")
class RuleController {

    private static final int LARGEST_BODY = 64 * 1024;

    private final RetentionRules rules;
    private final RetentionJson json;
    private final SmallBodies bodies;
    private final Audit audit;

    RuleController(RetentionRules rules, RetentionJson json, SmallBodies bodies, Audit audit) {
        this.rules = rules;
        this.json = json;
        this.bodies = bodies;
        this.audit = audit;
    }

    /** All of them: there are not very many. */
    @Needs(Action.ADMIN)
    @GetMapping
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ObjectNode answer = json.object()
                .put("source", rules.isReadOnly() ? "file" : "database")
                .put("read_only", rules.isReadOnly());
        rules.faults().forEach(answer.putArray("faults")::add);
        ArrayNode list = answer.putArray("rules");
        rules.all().forEach(rule -> list.add(json.rule(rule, rules.seen(rule))));
        json.send(request, response, answer);
    }

    @Needs(Action.ADMIN)
    @GetMapping("/{name}")
    void get(@PathVariable String name, HttpServletRequest request, HttpServletResponse response) throws IOException {
        RetentionRule found = rules.all().stream()
                .filter(rule -> rule.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RegistryException(
                        Problem.GRANT_UNKNOWN, "there is no rule of this name", Map.of("name", name)));
        json.send(request, response, json.rule(found, rules.seen(found)));
    }

    @Needs(Action.ADMIN)
    @PutMapping("/{name}")
    void put(@PathVariable String name, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String definition = bodies.read(request, LARGEST_BODY, Problem.REQUEST_TOO_LARGE, RuleController::definition);
        RetentionRule rule = rules.put(name, definition, RetentionJson.caller(request));
        audit.note(AuditEvent.What.RETENTION_CHANGED, request, name, Map.of("rule", definition));
        json.send(request, response, json.rule(rule, rules.seen(rule)));
    }

    private static String definition(byte[] body) {
        JsonNode definition = StrictJson.read(body, "the body", Problem.GRANT_INVALID);
        if (!definition.isObject()) {
            throw new RegistryException(Problem.GRANT_INVALID, "the body is a JSON object", Map.of());
        }
        return definition.toString();
    }

    @Needs(Action.ADMIN)
    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String name, HttpServletRequest request) {
        rules.remove(name);
        audit.note(AuditEvent.What.RETENTION_CHANGED, request, name, Map.of());
    }
}
