package dev.strata.upkeep.retention.plans;

import dev.strata.access.rights.Glob;
import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a plan is asked for.
 *
 * @param repositories patterns of repositories; none for all of them
 * @param cap how much of a repository's images may go, in percent
 */
public record Wish(List<Glob> repositories, int cap) {

    public Wish {
        repositories = List.copyOf(repositories);
    }

    public boolean includes(String repository) {
        return repositories.isEmpty() || repositories.stream().anyMatch(pattern -> pattern.matches(repository));
    }

    String toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("cap", cap);
        repositories.forEach(pattern -> json.withArray("repositories").add(pattern.toString()));
        return json.toString();
    }

    static Wish ofJson(String text) {
        JsonNode json = StrictJson.read(text.getBytes(StandardCharsets.UTF_8), "the plan", Problem.PARAMETER_INVALID);
        List<Glob> repositories = new ArrayList<>();
        json.path("repositories").forEach(pattern -> repositories.add(Glob.of(pattern.stringValue())));
        return new Wish(repositories, json.path("cap").intValue());
    }
}
