package dev.strata.access.policy.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.callers.Callers;
import dev.strata.access.policy.Administration;
import dev.strata.access.policy.PolicyEntry;
import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.Links;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What requests for entries of the policy have in common, whatever their kind. */
@Component
class EntryRequests {

    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final int LARGEST_BODY = 64 * 1024;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Administration administration;
    private final SmallBodies bodies;
    private final Links links;
    private final Audit audit;

    EntryRequests(Administration administration, SmallBodies bodies, Links links, Audit audit) {
        this.administration = administration;
        this.bodies = bodies;
        this.links = links;
        this.audit = audit;
    }

    /**
     * An entry that is in force.
     *
     * @param name by which it is spoken of
     * @param entry what it says
     * @param more adds what there is to know beside that
     */
    record InForce(String name, Object entry, Consumer<ObjectNode> more) {

        InForce(String name, Object entry) {
            this(name, entry, json -> {});
        }
    }

    /**
     * A page of entries.
     *
     * @param field of the answer
     * @param inForce all of them, from which a page is cut where they are in a file
     */
    ObjectNode list(
            PolicyEntry.Kind kind,
            String path,
            String field,
            List<InForce> inForce,
            Optional<String> n,
            Optional<String> after,
            HttpServletResponse response) {
        int limit = Math.clamp(number("n", n, PAGE), 1, LARGEST_PAGE);
        long start = number("after", after, 0);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("source", administration.isReadOnly() ? "file" : "database");
        json.put("read_only", administration.isReadOnly());
        administration.faults().forEach(json.putArray("faults")::add);
        ArrayNode page = json.putArray(field);
        long next = start;
        boolean hasMore;
        if (administration.isReadOnly()) {
            List<InForce> rest = inForce.subList((int) Math.min(start, inForce.size()), inForce.size());
            rest.stream().limit(limit).forEach(rule -> rule.more()
                    .accept(page.addObject().put("name", rule.name()).put("text", rule.entry().toString())));
            next = start + page.size();
            hasMore = rest.size() > limit;
        } else {
            List<PolicyEntry> entries = administration.list(kind, start, limit + 1);
            hasMore = entries.size() > limit;
            Map<String, InForce> byName = inForce.stream()
                    .collect(Collectors.toMap(InForce::name, Function.identity(), (one, other) -> one));
            for (PolicyEntry entry : entries.subList(0, Math.min(limit, entries.size()))) {
                ObjectNode shown = json(entry);
                Optional.ofNullable(byName.get(entry.name())).ifPresent(rule -> rule.more().accept(shown));
                page.add(shown);
                next = entry.id();
            }
        }
        if (hasMore) {
            links.setNext(response, path + "?n=" + limit + "&after=" + next);
        }
        return json;
    }

    ObjectNode add(
            PolicyEntry.Kind kind, String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        String definition =
                bodies.read(request, LARGEST_BODY, Problem.REQUEST_TOO_LARGE, EntryRequests::definition);
        PolicyEntry added = administration.add(kind, definition, Callers.of(request).name());
        audit.note(AuditEvent.What.GRANT_ADDED, request, String.valueOf(added.id()), Map.of("grant", definition));
        links.setLocation(request, response, path + "/" + added.id());
        return json(added);
    }

    private static String definition(byte[] body) {
        JsonNode json = StrictJson.read(body, "the body", Problem.GRANT_INVALID);
        if (!json.isObject()) {
            throw new RegistryException(Problem.GRANT_INVALID, "the body is a JSON object", Map.of());
        }
        return json.toString();
    }

    void remove(PolicyEntry.Kind kind, String id, HttpServletRequest request) {
        PolicyEntry removed = administration.remove(kind, number("id", Optional.of(id), 0));
        audit.note(AuditEvent.What.GRANT_REMOVED, request, id, Map.of("grant", removed.definition()));
    }

    private static ObjectNode json(PolicyEntry entry) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", entry.id());
        JsonNode definition = StrictJson.read(
                entry.definition().getBytes(StandardCharsets.UTF_8), "the entry", Problem.GRANT_INVALID);
        json.setAll((ObjectNode) definition);
        return json.put("created_at", entry.createdAt().toString()).put("created_by", entry.createdBy());
    }

    private static long number(String name, Optional<String> text, long otherwise) {
        if (text.isPresent() && !NUMBER.matcher(text.get()).matches()) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID, name + " is a number", Map.of("parameter", name, "value", text.get()));
        }
        return text.map(Long::parseLong).orElse(otherwise);
    }
}
