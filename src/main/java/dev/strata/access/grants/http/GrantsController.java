package dev.strata.access.grants.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.grants.Administration;
import dev.strata.access.grants.PolicyEntry.Kind;
import dev.strata.access.grants.http.EntryRequests.InForce;
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
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

/** Grants: listed, added, taken back. */
@RestController
class GrantsController {

    private static final String GRANTS = "/api/access/grants";

    private final EntryRequests entries;
    private final Administration administration;

    GrantsController(EntryRequests entries, Administration administration) {
        this.entries = entries;
        this.administration = administration;
    }

    @Needs(Action.ADMIN)
    @GetMapping(path = GRANTS, produces = MediaType.APPLICATION_JSON_VALUE)
    ObjectNode list(
            @RequestParam Optional<String> n, @RequestParam Optional<String> after, HttpServletResponse response) {
        List<InForce> inForce = administration.policy().grants().all().stream()
                .map(grant -> new InForce(grant.name(), grant))
                .toList();
        return entries.list(Kind.GRANT, GRANTS, "grants", inForce, n, after, response);
    }

    @Needs(Action.ADMIN)
    @PostMapping(path = GRANTS, produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    ObjectNode add(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return entries.add(Kind.GRANT, GRANTS, request, response);
    }

    @Needs(Action.ADMIN)
    @DeleteMapping(GRANTS + "/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String id, HttpServletRequest request) {
        entries.remove(Kind.GRANT, id, request);
    }
}
