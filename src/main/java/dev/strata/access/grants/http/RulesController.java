package dev.strata.access.grants.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.grants.Administration;
import dev.strata.access.grants.PolicyEntry.Kind;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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

/** Rules of immutable tags, and quotas: listed, added, taken back. */
@RestController
class RulesController {

    private static final String IMMUTABLE = "/api/access/immutable";
    private static final String QUOTAS = "/api/access/quotas";

    private final EntryRequests entries;
    private final Administration administration;

    RulesController(EntryRequests entries, Administration administration) {
        this.entries = entries;
        this.administration = administration;
    }

    @Needs(Action.ADMIN)
    @GetMapping(path = IMMUTABLE, produces = MediaType.APPLICATION_JSON_VALUE)
    ObjectNode immutable(
            @RequestParam Optional<String> n, @RequestParam Optional<String> after, HttpServletResponse response) {
        return entries.list(Kind.IMMUTABLE, IMMUTABLE, "immutable", administration.policy().immutable(), n, after, response);
    }

    @Needs(Action.ADMIN)
    @PostMapping(path = IMMUTABLE, produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    ObjectNode addImmutable(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return entries.add(Kind.IMMUTABLE, IMMUTABLE, request, response);
    }

    @Needs(Action.ADMIN)
    @DeleteMapping(IMMUTABLE + "/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removeImmutable(@PathVariable String id, HttpServletRequest request) {
        entries.remove(Kind.IMMUTABLE, id, request);
    }

    @Needs(Action.ADMIN)
    @GetMapping(path = QUOTAS, produces = MediaType.APPLICATION_JSON_VALUE)
    ObjectNode quotas(
            @RequestParam Optional<String> n, @RequestParam Optional<String> after, HttpServletResponse response) {
        return entries.list(Kind.QUOTA, QUOTAS, "quotas", administration.policy().quotas(), n, after, response);
    }

    @Needs(Action.ADMIN)
    @PostMapping(path = QUOTAS, produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    ObjectNode addQuota(HttpServletRequest request, HttpServletResponse response) throws IOException {
        return entries.add(Kind.QUOTA, QUOTAS, request, response);
    }

    @Needs(Action.ADMIN)
    @DeleteMapping(QUOTAS + "/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void removeQuota(@PathVariable String id, HttpServletRequest request) {
        entries.remove(Kind.QUOTA, id, request);
    }
}
