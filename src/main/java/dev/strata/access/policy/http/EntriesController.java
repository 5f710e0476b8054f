package dev.strata.access.policy.http;

import dev.strata.access.endpoints.Needs;
import dev.strata.access.policy.PolicyEntry.Kind;
import dev.strata.access.policy.http.EntryRequests.InForce;
import dev.strata.access.rights.Action;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import tools.jackson.databind.node.ObjectNode;

/** Entries of the policy of one kind: listed, added, taken back. Below a path of the kind's own. */
abstract class EntriesController {

    private final EntryRequests entries;
    private final Kind kind;
    private final String path;
    private final String field;

    /** @param field of the answer that has the entries */
    EntriesController(EntryRequests entries, Kind kind, String path, String field) {
        this.entries = entries;
        this.kind = kind;
        this.path = path;
        this.field = field;
    }

    /** Those that hold now. */
    abstract List<InForce> inForce();

    @Needs(Action.ADMIN)
    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    ObjectNode list(
            @RequestParam Optional<String> n, @RequestParam Optional<String> after, HttpServletResponse response) {
        return entries.list(kind, path, field, inForce(), n, after, response);
    }

    @Needs(Action.ADMIN)
    @PostMapping(produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    ObjectNode add(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return entries.add(kind, path, request, response);
    }

    @Needs(Action.ADMIN)
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String id, HttpServletRequest request) {
        entries.remove(kind, id, request);
    }
}
