package dev.strata.cache.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Needs;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.cache.uses.CacheTotals;
import dev.strata.oci.RepositoryName;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the cache of a repository saved. */
@RestController
class StatsController {

    private final CacheTotals totals;
    private final CacheAnswer answer;
    private final Guard guard;

    StatsController(CacheTotals totals, CacheAnswer answer, Guard guard) {
        this.guard = guard;
        this.totals = totals;
        this.answer = answer;
    }

    @Needs(Action.PULL)
    @GetMapping("/{*name}/_strata/cache/stats")
    void stats(
            @PathVariable RepositoryName name,
            @RequestParam(defaultValue = "7d") String window,
            @RequestParam(defaultValue = "repository") String by,
            @RequestParam(defaultValue = "") String last,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (by.equals("origin")) {
            answer.send(request, response, HttpServletResponse.SC_OK, byOrigin(name, window, request));
            return;
        }
        CacheTotals.By grouping =
                switch (by) {
                    case "repository" -> CacheTotals.By.REPOSITORY;
                    case "scope" -> CacheTotals.By.SCOPE;
                    case "instruction" -> CacheTotals.By.INSTRUCTION;
                    default -> throw CacheParameters.invalid("by is repository, scope, instruction or origin", "by", by);
                };
        Duration time = CacheParameters.window(window);
        ObjectNode json = EntryJson.object().put("window", window).put("by", by);
        json.put("entries_never_read", totals.neverRead(name, time));
        ArrayNode groups = json.putArray("groups");
        for (Map.Entry<String, CacheTotals.Totals> group : totals.of(name, time, grouping, last).entrySet()) {
            groups.add(group(group.getKey(), group.getValue()));
        }
        answer.send(request, response, HttpServletResponse.SC_OK, json);
    }

    /** What came from repositories that the caller may not read is one sum without a name. */
    private ObjectNode byOrigin(RepositoryName name, String window, HttpServletRequest request) {
        ReadableRepositories readable = guard.readable(request);
        ObjectNode json = EntryJson.object().put("window", window).put("by", "origin");
        ArrayNode groups = json.putArray("groups");
        totals.origins(name, CacheParameters.window(window), origin -> readable.include(origin.value()))
                .forEach((origin, from) -> groups.addObject()
                        .put("name", origin)
                        .put("hits", from.hits())
                        .put("bytes_not_uploaded", from.bytesNotUploaded())
                        .put("exec_ms_saved", from.execMs()));
        return json;
    }

    private static ObjectNode group(String name, CacheTotals.Totals totals) {
        ObjectNode json = EntryJson.object().put("name", name).put("hits", totals.hits());
        json.put("hits_elsewhere", totals.hitsElsewhere());
        ObjectNode misses = json.putObject("misses");
        totals.misses().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(miss -> misses.put(miss.getKey().name(), miss.getValue()));
        json.put("bypassed", event(totals, "bypass"));
        json.put("bytes_not_uploaded", totals.bytesNotUploaded());
        json.put("bytes_served", totals.bytesServed());
        json.put("exec_ms_saved", totals.execMs());
        json.putObject("leases")
                .put("granted", event(totals, "lease_granted"))
                .put("joined", event(totals, "lease_joined"))
                .put("expired", event(totals, "lease_expired"))
                .put("hedged", event(totals, "lease_hedged"));
        json.put("expired", event(totals, "expired"));
        return json.put("evictions", event(totals, "evicted"));
    }

    private static long event(CacheTotals.Totals totals, String name) {
        return totals.events().getOrDefault(name, 0L);
    }
}
