package dev.strata.cache.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.cache.Scope;
import dev.strata.cache.lookup.EntryLookup;
import dev.strata.json.JsonFields;
import dev.strata.json.StrictJson;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Leases: renewed and given back. They are given by resolve. */
@RestController
class LeaseController {

    private static final int LARGEST_BODY = 4 * 1024;

    private final EntryLookup entries;
    private final Guard guard;
    private final CacheAnswer answer;
    private final SmallBodies bodies;

    LeaseController(EntryLookup entries, Guard guard, CacheAnswer answer, SmallBodies bodies) {
        this.entries = entries;
        this.guard = guard;
        this.answer = answer;
        this.bodies = bodies;
    }

    @Needs(Action.CACHE)
    @PutMapping("/{*name}/_strata/cache/leases/{id}")
    void renew(
            @PathVariable RepositoryName name,
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Optional<Duration> ttl = bodies.read(
                request,
                LARGEST_BODY,
                Problem.REQUEST_TOO_LARGE,
                body -> body.length == 0 ? Optional.empty() : Optional.of(ttl(body)));
        answer.send(request, response, HttpServletResponse.SC_OK, EntryJson.lease(entries.renew(name, id, mayWrite(request, name), ttl)));
    }

    private static Duration ttl(byte[] body) {
        JsonFields fields = new JsonFields(
                StrictJson.read(body, "the lease", Problem.PARAMETER_INVALID), "", Problem.PARAMETER_INVALID);
        fields.required("ttl_s");
        return Duration.ofSeconds(Math.min(fields.number("ttl_s", 0), Integer.MAX_VALUE));
    }

    @Needs(Action.CACHE)
    @DeleteMapping("/{*name}/_strata/cache/leases/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void giveBack(@PathVariable RepositoryName name, @PathVariable String id, HttpServletRequest request) {
        entries.giveBack(name, id, mayWrite(request, name));
    }

    private Predicate<Scope> mayWrite(HttpServletRequest request, RepositoryName name) {
        RepositoryRights rights = guard.rights(request, name);
        return scope -> rights.allowWriting(scope.name());
    }
}
