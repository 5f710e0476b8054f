package dev.strata.savings.http;

import dev.strata.access.rights.Action;
import dev.strata.access.endpoints.Guard;
import dev.strata.access.endpoints.Open;
import dev.strata.json.StrictJson;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.report.Deletion;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** What a deletion would free. */
@RestController
class FreedController {

    /** In bytes; more than the tags that can be asked for take. */
    private static final int LARGEST_BODY = 4 * 1024 * 1024;

    private final Deletion deletion;
    private final Answers answers;
    private final Guard guard;
    private final SmallBodies bodies;

    FreedController(Deletion deletion, Answers answers, Guard guard, SmallBodies bodies) {
        this.deletion = deletion;
        this.answers = answers;
        this.guard = guard;
        this.bodies = bodies;
    }

    @Open(to = Open.Audience.CLIENTS)
    @PostMapping("/api/savings/freed")
    void freed(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Deletion.Wish wish = bodies.read(request, LARGEST_BODY, Problem.REQUEST_TOO_LARGE, FreedController::read);
        wish.repositories().forEach(name -> guard.require(Action.PULL, name, request, response));
        wish.tags().keySet().forEach(name -> guard.require(Action.PULL, name, request, response));
        answers.send(request, response, memory -> deletion.freed(wish));
    }

    private static Deletion.Wish read(byte[] body) {
        JsonNode wish = StrictJson.read(body, "the body", Problem.PARAMETER_INVALID);
        if (!wish.isObject()) {
            throw invalid("the body is a JSON object", "$");
        }
        for (String field : wish.propertyNames()) {
            if (!field.equals("repositories") && !field.equals("tags")) {
                throw invalid("there is no such field", field);
            }
        }
        Set<RepositoryName> repositories = new LinkedHashSet<>();
        for (JsonNode name : array(wish, "repositories")) {
            repositories.add(RepositoryName.of(text(name, "repositories")));
        }
        Map<RepositoryName, Set<Tag>> tags = new LinkedHashMap<>();
        int count = 0; // what is read here is kept for longer than the body's memory
        for (JsonNode entry : array(wish, "tags")) {
            RepositoryName repository = RepositoryName.of(text(entry.path("repository"), "tags.repository"));
            Set<Tag> names = tags.computeIfAbsent(repository, name -> new LinkedHashSet<>());
            for (JsonNode tag : array(entry, "names")) {
                if (++count > Deletion.MOST_TAGS) {
                    throw invalid("this can be counted for " + Deletion.MOST_TAGS + " tags at once", "tags");
                }
                names.add(Tag.of(text(tag, "tags.names")));
            }
        }
        if (repositories.isEmpty() && tags.values().stream().allMatch(Set::isEmpty)) {
            throw invalid("repositories or tags are named", "$");
        }
        return new Deletion.Wish(repositories, tags);
    }

    /** Programs in Go write an empty list as null. */
    private static JsonNode array(JsonNode node, String field) {
        JsonNode array = node.path(field);
        if (!array.isArray() && !array.isMissingNode() && !array.isNull()) {
            throw invalid(field + " is an array", field);
        }
        return array;
    }

    private static String text(JsonNode node, String field) {
        if (!node.isString()) {
            throw invalid(field + " has strings only", field);
        }
        return node.stringValue();
    }

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.PARAMETER_INVALID, message, Map.of("field", field));
    }
}
