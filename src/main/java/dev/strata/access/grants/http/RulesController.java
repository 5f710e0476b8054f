package dev.strata.access.grants.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rules.Quota;
import dev.strata.access.rules.QuotaUses;
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

/** Rules of immutable tags, and quotas: listed, added, taken back. */
@RestController
class RulesController {

    private static final String IMMUTABLE = "/api/access/immutable";
    private static final String QUOTAS = "/api/access/quotas";

    private final EntryRequests entries;
    private final Administration administration;
    private final QuotaUses uses;

    RulesController(EntryRequests entries, Administration administration, QuotaUses uses) {
        this.entries = entries;
        this.administration = administration;
        this.uses = uses;
    }

    @Needs(Action.ADMIN)
    @GetMapping(path = IMMUTABLE, produces = MediaType.APPLICATION_JSON_VALUE)
    ObjectNode immutable(
            @RequestParam Optional<String> n, @RequestParam Optional<String> after, HttpServletResponse response) {
        List<InForce> inForce = administration.policy().immutable().stream()
                .map(rule -> new InForce(rule.name(), rule))
                .toList();
        return entries.list(Kind.IMMUTABLE, IMMUTABLE, "immutable", inForce, n, after, response);
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
        List<InForce> inForce = administration.policy().quotas().stream()
                .map(quota -> new InForce(quota.name(), quota, json -> addUse(quota, json)))
                .toList();
        return entries.list(Kind.QUOTA, QUOTAS, "quotas", inForce, n, after, response);
    }

    private void addUse(Quota quota, ObjectNode json) {
        QuotaUses.Use use = uses.of(quota);
        json.put("limit", quota.bytes()).put("used", use.bytes());
        use.countedAt().ifPresent(time -> json.put("counted_at", time.toString()));
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
