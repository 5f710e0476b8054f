package dev.strata.upkeep.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.endpoints.Open;
import dev.strata.access.rights.Action;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.DeletionId;
import dev.strata.upkeep.bin.BinItem;
import dev.strata.upkeep.bin.BinList;
import dev.strata.upkeep.bin.Emptying;
import dev.strata.upkeep.bin.Restores;
import dev.strata.upkeep.deletions.DeletionList;
import dev.strata.upkeep.deletions.PastDeletion;
import dev.strata.web.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was deleted and can be taken back. */
@RestController
@RequestMapping("/api/upkeep")
class BinController {

    private final BinList list;
    private final DeletionList deletions;
    private final Restores restores;
    private final Emptying emptying;
    private final UpkeepJson json;
    private final Guard guard;
    private final Audit audit;
    private final Links links;

    BinController(
            BinList list,
            DeletionList deletions,
            Restores restores,
            Emptying emptying,
            UpkeepJson json,
            Guard guard,
            Audit audit,
            Links links) {
        this.list = list;
        this.deletions = deletions;
        this.restores = restores;
        this.emptying = emptying;
        this.json = json;
        this.guard = guard;
        this.audit = audit;
        this.links = links;
    }

    /** Only of repositories that the caller may read; a page can have fewer items than were asked for. */
    @Open(to = Open.Audience.CLIENTS)
    @GetMapping("/waiting")
    void waiting(
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> after,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        WantedPage wanted = WantedPage.of(n, "after", after, 0);
        List<BinItem> page = list.after(wanted.place(), wanted.size());
        var readable = guard.readable(request);
        ObjectNode answer = json.object();
        ArrayNode waiting = answer.putArray("waiting");
        page.stream()
                .filter(item -> readable.include(item.repository().value()))
                .forEach(item -> waiting.add(json.item(item, list.bytesOnlyOf(item))));
        if (page.size() == wanted.size()) {
            answer.put("next", String.valueOf(page.getLast().id()));
            links.setNext(response, request.getRequestURI() + "?n=" + wanted.size() + "&after=" + page.getLast().id());
        }
        json.send(request, response, answer);
    }

    /** The last one first; like the list of all that waits, with fewer than were asked for at times. */
    @Open(to = Open.Audience.CLIENTS)
    @GetMapping("/deletions")
    void deletions(
            @RequestParam Optional<String> n,
            @RequestParam Optional<String> before,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        WantedPage wanted = WantedPage.of(n, "before", before, Long.MAX_VALUE);
        DeletionList.Part part = deletions.before(wanted.place(), wanted.size());
        ObjectNode answer = json.object();
        ArrayNode array = answer.putArray("deletions");
        for (PastDeletion deletion : part.deletions()) {
            RepositoryRights rights = guard.rights(request, deletion.head().repository());
            if (rights.allow(Action.PULL)) {
                array.add(json.deletion(deletion).put("may_restore", rights.allow(Action.PUSH)));
            }
        }
        part.next().ifPresent(next -> {
            answer.put("next", String.valueOf(next));
            links.setNext(response, request.getRequestURI() + "?n=" + wanted.size() + "&before=" + next);
        });
        json.send(request, response, answer);
    }

    /** Who may push to the repositories from which it was. */
    @Open(to = Open.Audience.CLIENTS)
    @PostMapping("/deletions/{id}/restore")
    void restore(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) throws IOException {
        DeletionId deletion = id(id);
        List<RepositoryName> repositories = restores.repositoriesOf(deletion);
        if (repositories.isEmpty()
                || repositories.stream().noneMatch(name -> guard.rights(request, name).allow(Action.PULL))) {
            throw unknown(id);
        }
        repositories.forEach(name -> guard.require(Action.PUSH, name, request, response));
        int restored = restores.restore(deletion);
        repositories.forEach(name ->
                audit.note(AuditEvent.What.RESTORED, request, name.value(), Map.of("deletion", deletion.toString())));
        json.send(request, response, json.object().put("restored", restored));
    }

    @Needs(Action.ADMIN)
    @PostMapping("/empty")
    void empty(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Emptying.GivenUp given = emptying.all();
        audit.note(AuditEvent.What.BIN_EMPTIED, request, "", Map.of("items", String.valueOf(given.items())));
        json.send(request, response, json.object().put("given_up", given.items()).put("more", given.more()));
    }

    private static DeletionId id(String text) {
        try {
            return new DeletionId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw unknown(text);
        }
    }

    private static RegistryException unknown(String id) {
        return new RegistryException(
                Problem.MANIFEST_UNKNOWN, "there is nothing of this deletion to take back", Map.of("deletion", id));
    }
}
