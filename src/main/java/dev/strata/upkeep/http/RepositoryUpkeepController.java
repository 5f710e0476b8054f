package dev.strata.upkeep.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Open;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.PromiseProperties;
import dev.strata.registry.RegistryProperties;
import dev.strata.upkeep.UndoProperties;
import dev.strata.upkeep.bin.Restores;
import dev.strata.upkeep.deletions.TagRemoval;
import dev.strata.upkeep.history.HistoryEntry;
import dev.strata.upkeep.history.TagHistories;
import dev.strata.web.Links;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the caller may do with a repository and for how long it can be undone, what becomes of its tags, and how they come back. A repository's name has slashes,
 * so the path is read from its end.
 */
@RestController
class RepositoryUpkeepController {

    private static final String BELOW = "/api/repositories/{*tagged}";
    private static final Pattern OF_A_TAG = Pattern.compile("/(.+)/tags/([^/]+)/(history|restore)");
    private static final Pattern OF_A_REPOSITORY = Pattern.compile("/(.+)/(rights|history|deletions|contents)");
    /** What the page offers. */
    private static final List<Action> ACTIONS = List.of(Action.PULL, Action.PUSH, Action.DELETE);

    private final Restores restores;
    private final TagHistories histories;
    private final TagRemoval removal;
    private final ImageContentsAnswer contents;
    private final RegistryProperties registry;
    private final UndoProperties undo;
    private final PromiseProperties promises;
    private final UpkeepJson json;
    private final Guard guard;
    private final Audit audit;
    private final Links links;
    private final SmallBodies bodies;

    RepositoryUpkeepController(
            Restores restores,
            TagHistories histories,
            TagRemoval removal,
            ImageContentsAnswer contents,
            RegistryProperties registry,
            UndoProperties undo,
            PromiseProperties promises,
            UpkeepJson json,
            Guard guard,
            Audit audit,
            Links links,
            SmallBodies bodies) {
        this.restores = restores;
        this.histories = histories;
        this.removal = removal;
        this.contents = contents;
        this.registry = registry;
        this.undo = undo;
        this.promises = promises;
        this.json = json;
        this.guard = guard;
        this.audit = audit;
        this.links = links;
        this.bodies = bodies;
    }

    private record Asked(RepositoryName repository, Optional<Tag> tag, String what) {}

    @Open(to = Open.Audience.DECIDED_THERE)
    @GetMapping(BELOW)
    void get(
            @PathVariable String tagged,
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> after,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Asked asked = read(tagged, request);
        switch (asked.what()) {
            case "rights" -> rights(asked, request, response);
            case "history" -> {
                guard.require(Action.PULL, asked.repository(), request, response);
                json.send(request, response, asked.tag().isPresent()
                        ? history(asked.repository(), asked.tag().get(), request)
                        : changed(asked.repository(), WantedPage.size(n), after.orElse(""), request, response));
            }
            case "contents" -> {
                guard.require(Action.PULL, asked.repository(), request, response);
                json.send(request, response, contents.of(asked.repository(), request, response));
            }
            default -> throw unknown(request);
        }
    }

    @Open(to = Open.Audience.DECIDED_THERE)
    @PostMapping(BELOW)
    void post(
            @PathVariable String tagged,
            @RequestParam Optional<Digest> digest,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Asked asked = read(tagged, request);
        switch (asked.what()) {
            case "restore" -> restore(asked.repository(), asked.tag().orElseThrow(), digest, request, response);
            case "deletions" -> delete(asked.repository(), request, response);
            default -> throw unknown(request);
        }
    }

    private void rights(Asked asked, HttpServletRequest request, HttpServletResponse response) throws IOException {
        guard.require(Action.PULL, asked.repository(), request, response);
        RepositoryRights rights = guard.rights(request, asked.repository());
        ObjectNode answer = json.object();
        ArrayNode may = answer.putArray("may");
        ACTIONS.stream()
                .filter(rights::allow)
                .filter(action -> action != Action.DELETE || registry.delete())
                .forEach(action -> may.add(action.toString()));
        answer.put("undo_seconds", undo.undo().toSeconds()).put("grace_seconds", promises.grace().toSeconds());
        json.send(request, response, answer);
    }

    private ObjectNode history(RepositoryName repository, Tag tag, HttpServletRequest request) {
        ObjectNode answer = json.object();
        histories.now(repository, tag).ifPresent(now -> answer.set("now", json.pointed(now)));
        ArrayNode history = answer.putArray("history");
        for (HistoryEntry entry : restores.history(repository, tag)) {
            history.add(json.entry(entry).put("available", histories.isAvailable(repository, entry.digest())));
        }
        return answer.put("may_restore", guard.rights(request, repository).allow(Action.PUSH));
    }

    private ObjectNode changed(
            RepositoryName repository,
            int size,
            String after,
            HttpServletRequest request,
            HttpServletResponse response) {
        List<TagHistories.Changed> page = histories.changed(repository, after, size);
        ObjectNode answer = json.object();
        ArrayNode tags = answer.putArray("tags");
        for (TagHistories.Changed changed : page) {
            ObjectNode tag = tags.addObject().put("name", changed.last().tag().name());
            changed.now().ifPresent(now -> tag.set("now", json.pointed(now)));
            tag.set("last", json.entry(changed.last()));
        }
        if (page.size() == size) {
            String last = page.getLast().last().tag().name();
            answer.put("next", last);
            links.setNext(response, request.getRequestURI() + "?n=" + size + "&after=" + last);
        }
        return answer;
    }

    private void restore(
            RepositoryName repository,
            Tag tag,
            Optional<Digest> digest,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        guard.require(Action.PUSH, repository, request, response);
        Digest restored = restores.restore(repository, tag, digest);
        audit.note(
                AuditEvent.What.RESTORED,
                request,
                repository.value(),
                Map.of("tag", tag.name(), "digest", restored.toString()));
        json.send(request, response, json.object().put("digest", restored.toString()));
    }

    private void delete(RepositoryName repository, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        guard.require(Action.DELETE, repository, request, response);
        WantedDeletion wanted =
                bodies.read(request, WantedDeletion.LARGEST_BODY, Problem.REQUEST_TOO_LARGE, WantedDeletion::read);
        TagRemoval.Removals outcome = removal.remove(repository, wanted.tags(), wanted.digests());
        ObjectNode answer = json.object();
        ArrayNode deleted = answer.putArray("deleted");
        for (TagRemoval.Removed removed : outcome.removed()) {
            deleted.add(json.removed(removed));
            Stream<String> references = removed.image()
                    ? Stream.of(removed.digest().toString())
                    : removed.tags().stream().map(Tag::name);
            references.forEach(reference ->
                    audit.note(AuditEvent.What.DELETED, request, repository.value(), Map.of("reference", reference)));
        }
        ArrayNode refused = answer.putArray("refused");
        outcome.refused()
                .forEach(each -> refused.addObject()
                        .put("reference", each.reference())
                        .put("message", each.reason()));
        json.send(request, response, answer);
    }

    private static Asked read(String path, HttpServletRequest request) {
        Matcher tag = OF_A_TAG.matcher(path);
        if (tag.matches()) {
            return new Asked(RepositoryName.of(tag.group(1)), Optional.of(Tag.of(tag.group(2))), tag.group(3));
        }
        Matcher repository = OF_A_REPOSITORY.matcher(path);
        if (repository.matches()) {
            return new Asked(RepositoryName.of(repository.group(1)), Optional.empty(), repository.group(2));
        }
        throw unknown(request);
    }

    private static RegistryException unknown(HttpServletRequest request) {
        return new RegistryException(
                Problem.ENDPOINT_UNKNOWN, "no such endpoint", Map.of("path", request.getRequestURI()));
    }
}
