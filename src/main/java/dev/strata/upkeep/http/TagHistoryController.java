package dev.strata.upkeep.http;

import dev.strata.access.audit.Audit;
import dev.strata.access.audit.AuditEvent;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Open;
import dev.strata.access.rights.Action;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.upkeep.bin.Restores;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Where a tag pointed, and how it points there again. A repository's name has slashes, so the path is read from its end. */
@RestController
class TagHistoryController {

    private static final String TAG = "/api/repositories/{*tagged}";
    private static final Pattern PATH = Pattern.compile("/(.+)/tags/([^/]+)/(history|restore)");

    private final Restores restores;
    private final UpkeepJson json;
    private final Guard guard;
    private final Audit audit;

    TagHistoryController(Restores restores, UpkeepJson json, Guard guard, Audit audit) {
        this.restores = restores;
        this.json = json;
        this.guard = guard;
        this.audit = audit;
    }

    private record Tagged(RepositoryName repository, Tag tag) {}

    @Open(to = Open.Audience.DECIDED_THERE)
    @GetMapping(TAG)
    void history(@PathVariable String tagged, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Tagged asked = read(tagged, "history", Action.PULL, request, response);
        json.send(request, response, json.history(restores.history(asked.repository(), asked.tag())));
    }

    @Open(to = Open.Audience.DECIDED_THERE)
    @PostMapping(TAG)
    void restore(
            @PathVariable String tagged,
            @RequestParam Optional<Digest> digest,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Tagged asked = read(tagged, "restore", Action.PUSH, request, response);
        Digest restored = restores.restore(asked.repository(), asked.tag(), digest);
        audit.note(
                AuditEvent.What.RESTORED,
                request,
                asked.repository().value(),
                Map.of("tag", asked.tag().name(), "digest", restored.toString()));
        json.send(request, response, json.object().put("digest", restored.toString()));
    }

    private Tagged read(
            String path, String end, Action action, HttpServletRequest request, HttpServletResponse response) {
        Matcher parts = PATH.matcher(path);
        if (!parts.matches() || !parts.group(3).equals(end)) {
            throw new RegistryException(
                    Problem.ENDPOINT_UNKNOWN, "no such endpoint", Map.of("path", request.getRequestURI()));
        }
        RepositoryName name = RepositoryName.of(parts.group(1));
        guard.require(action, name, request, response);
        return new Tagged(name, Tag.of(parts.group(2)));
    }
}
