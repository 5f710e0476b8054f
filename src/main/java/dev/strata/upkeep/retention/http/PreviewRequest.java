package dev.strata.upkeep.retention.http;

import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What somebody wants to see a preview of.
 *
 * @param repositories patterns; none for all
 * @param rules names; none for all
 * @param cap how much of a repository's images may go, in percent
 */
record PreviewRequest(List<Glob> repositories, Set<String> rules, OptionalInt cap) {

    private static final int MOST = 100;
    private static final int LONGEST = 12_000;

    /** Nothing at all is as good as an empty object. */
    static PreviewRequest read(byte[] body) {
        if (body.length == 0) {
            return new PreviewRequest(List.of(), Set.of(), OptionalInt.empty());
        }
        JsonNode json = StrictJson.read(body, "the body", Problem.PARAMETER_INVALID);
        if (!json.isObject()) {
            throw invalid("the body is a JSON object", "$");
        }
        for (String field : json.propertyNames()) {
            if (!Set.of("repositories", "rules", "cap").contains(field)) {
                throw invalid("there is no such field", field);
            }
        }
        List<String> patterns = texts(json, "repositories");
        if (patterns.stream().mapToInt(String::length).sum() > LONGEST) {
            throw invalid("the patterns are too long together", "repositories");
        }
        try {
            return new PreviewRequest(
                    patterns.stream().map(Glob::of).toList(), Set.copyOf(texts(json, "rules")), cap(json.path("cap")));
        } catch (InvalidGrantException e) {
            throw invalid(String.valueOf(e.getMessage()), "repositories");
        }
    }

    private static OptionalInt cap(JsonNode cap) {
        if (cap.isMissingNode() || cap.isNull()) {
            return OptionalInt.empty();
        }
        if (!cap.isInt() || cap.intValue() < 1 || cap.intValue() > 100) {
            throw invalid("cap is a percentage from 1 to 100", "cap");
        }
        return OptionalInt.of(cap.intValue());
    }

    private static List<String> texts(JsonNode json, String field) {
        JsonNode array = json.path(field);
        if (array.isMissingNode() || array.isNull()) {
            return List.of();
        }
        if (!array.isArray() || array.size() > MOST) {
            throw invalid(field + " is an array of " + MOST + " at the most", field);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode text : array) {
            if (!text.isString()) {
                throw invalid(field + " has strings only", field);
            }
            texts.add(text.stringValue());
        }
        return texts;
    }

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.PARAMETER_INVALID, message, Map.of("field", field));
    }
}
