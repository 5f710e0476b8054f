package dev.strata.cache.http;

import dev.strata.access.rights.Action;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.audit.Audited;
import dev.strata.access.browsers.CrossSite;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Needs;
import dev.strata.cache.ReadPolicy;
import dev.strata.cache.Scope;
import dev.strata.cache.Scopes;
import dev.strata.cache.commits.Commit;
import dev.strata.cache.commits.Commits;
import dev.strata.cache.commits.Committed;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.lookup.EntryLookup;
import dev.strata.cache.lookup.HitOrigin;
import dev.strata.cache.lookup.Lookup;
import dev.strata.cache.lookup.ToldSteps;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.step.StepKey;
import dev.strata.web.Links;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Entries by their keys: looked up, committed, taken back. */
@RestController
class EntryController {

    private static final int LARGEST_BODY = 1024 * 1024;
    private static final int UNPROCESSABLE = 422;
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private final EntryLookup entries;
    private final Commits commits;
    private final Scopes scopes;
    private final Guard guard;
    private final CacheAnswer answer;
    private final Links links;
    private final SmallBodies bodies;
    private final ToldSteps steps;
    private final ShareReader sharing;

    EntryController(
            EntryLookup entries,
            Commits commits,
            Scopes scopes,
            Guard guard,
            CacheAnswer answer,
            Links links,
            SmallBodies bodies,
            ToldSteps steps,
            ShareReader sharing) {
        this.sharing = sharing;
        this.entries = entries;
        this.commits = commits;
        this.scopes = scopes;
        this.guard = guard;
        this.answer = answer;
        this.links = links;
        this.bodies = bodies;
        this.steps = steps;
    }

    /**
     * With {@code Prefer: wait}, the answer comes when the agent that runs the step is through.
     *
     * <p>What may be said of the question is read from the request where it is needed: agents ask this more often than
     * anything else, and to have all of it bound costs a tenth of an answer.
     */
    @Needs(Action.PULL)
    @RequestMapping(path = "/{*name}/_strata/cache/entries/{key}", method = {RequestMethod.GET, RequestMethod.HEAD})
    void get(
            @PathVariable RepositoryName name,
            @PathVariable StepKey key,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException, InterruptedException {
        ReadPolicy policy = scopes.reads(
                CacheParameters.scopes(parameter(request, "scopes")),
                CacheParameters.trust(parameter(request, "trust")),
                CacheParameters.seconds("max_age", parameter(request, "max_age")),
                () -> sharing.neighbours(request, name));
        Scope own = parameter(request, "scope").map(Scope::of).orElseGet(() -> policy.scopes().getFirst());
        Duration wait = CacheParameters.prefersToWait(request.getHeader("Prefer"));
        switch (entries.ask(name, key, policy, own, wait)) {
            case EntryLookup.Answer.Held(Duration left) -> stillHeld(request, response, left);
            case EntryLookup.Answer.Known(Lookup.Hit(Entry entry, var origin)) -> {
                sharing.note(request, name, entry, origin);
                RepositoryName owner = origin.map(HitOrigin::repository).orElse(name);
                answer.hit(request, response, entry, () -> EntryJson.of(origin, EntryJson.entry(entry, entries.step(name, owner, entry))));
            }
            case EntryLookup.Answer.Known(Lookup.Miss(var reason, var entry)) -> {
                ObjectNode body = EntryJson.miss(reason).put("key", key.toString());
                CacheParameters.seconds("lease_ttl_s", parameter(request, "lease_ttl_s"))
                        .filter(ttl -> !CrossSite.mayBe(request)) // a page can have a picture's address be this one
                        .filter(ttl -> scopes.mayWrite(own, guard.rights(request, name)))
                        .flatMap(ttl -> entries.take(name, key, policy, own, ttl))
                        .ifPresent(lease -> body.set("lease", EntryJson.lease(lease)));
                answer.miss(request, response, reason, body);
            }
        }
    }

    private static Optional<String> parameter(HttpServletRequest request, String name) {
        return Optional.ofNullable(request.getParameter(name));
    }

    private void stillHeld(HttpServletRequest request, HttpServletResponse response, Duration left)
            throws IOException {
        Duration again = left.compareTo(ASK_AGAIN) < 0 ? left : ASK_AGAIN;
        response.setHeader("Retry-After", String.valueOf(Math.max(1, again.toSeconds())));
        ObjectNode body = EntryJson.object().put("status", "held").put("left_s", left.toSeconds());
        answer.send(request, response, HttpServletResponse.SC_ACCEPTED, body);
    }

    @Needs(Action.CACHE)
    @PutMapping("/{*name}/_strata/cache/entries/{key}")
    void put(
            @PathVariable RepositoryName name,
            @PathVariable("key") StepKey asked,
            @RequestHeader("If-Match") Optional<String> ifMatch,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        CommitReader.Body body =
                bodies.read(request, LARGEST_BODY, Problem.REQUEST_TOO_LARGE, CommitReader::read);
        StepKey key = body.normal(asked);
        Commit commit = new Commit(
                name,
                scopes.writes(body.scope(), guard.rights(request, name)),
                body.step(),
                body.files(),
                body.layer(),
                body.diffId(),
                body.execMs(),
                body.builder(),
                CommitReader.condition(ifMatch),
                body.leaseId(),
                body.stages());
        switch (commits.commit(key, commit)) {
            case Committed.Created(Entry entry) -> {
                links.setLocation(request, response, "/v2/" + name + "/_strata/cache/entries/" + key);
                sendEntry(request, response, HttpServletResponse.SC_CREATED, entry, commit);
            }
            case Committed.Replaced(Entry entry) ->
                sendEntry(request, response, HttpServletResponse.SC_OK, entry, commit);
            case Committed.Same(Entry entry) ->
                sendEntry(request, response, HttpServletResponse.SC_OK, entry, commit);
            case Committed.Conflict(Entry entry) ->
                sendEntry(request, response, HttpServletResponse.SC_CONFLICT, entry, commit);
            case Committed.Incomplete(var missing) -> {
                ObjectNode json = EntryJson.object();
                ArrayNode digests = json.putArray("missing");
                missing.forEach(digest -> digests.add(digest.toString()));
                answer.send(request, response, UNPROCESSABLE, json);
            }
        }
    }

    private void sendEntry(
            HttpServletRequest request, HttpServletResponse response, int status, Entry entry, Commit commit)
            throws IOException {
        CacheAnswer.setTag(response, entry);
        ObjectNode body = EntryJson.entry(entry, Optional.of(steps.told(commit.repository(), commit.step())));
        answer.send(request, response, status, body);
    }

    @Needs(Action.CACHE)
    @Audited(value = AuditEvent.What.CACHE_DELETED, target = "key")
    @DeleteMapping("/{*name}/_strata/cache/entries/{key}")
    void delete(
            @PathVariable RepositoryName name,
            @PathVariable StepKey key,
            @RequestParam Optional<String> scope,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Optional<Scope> from = scope.map(Scope::of);
        scopes.requireMayDelete(from, guard.rights(request, name));
        sendDeleted(request, response, commits.delete(name, key, from));
    }

    @Needs(Action.CACHE)
    @Audited(value = AuditEvent.What.CACHE_DELETED, target = "key")
    @DeleteMapping("/{*name}/_strata/cache/entries")
    void purge(
            @PathVariable RepositoryName name,
            @RequestParam Optional<String> scope,
            @RequestParam Optional<String> builder,
            @RequestParam Optional<String> since,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Optional<Scope> from = scope.map(Scope::of);
        Optional<Instant> after = CacheParameters.time("since", since);
        if (from.isEmpty() && builder.isEmpty() && after.isEmpty()) {
            throw CacheParameters.invalid("scope, builder or since say what is to go", "scope", "");
        }
        scopes.requireMayDelete(from, guard.rights(request, name));
        sendDeleted(request, response, commits.purge(name, from, builder, after));
    }

    private void sendDeleted(HttpServletRequest request, HttpServletResponse response, int count) throws IOException {
        answer.send(
                request, response, HttpServletResponse.SC_ACCEPTED, EntryJson.object().put("deleted", count));
    }
}
