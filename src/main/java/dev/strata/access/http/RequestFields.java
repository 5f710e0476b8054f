package dev.strata.access.http;

import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.web.SmallBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A body that says what somebody wants: an object with fields that are known. */
record RequestFields(JsonNode fields) {

    private static final int LARGEST = 64 * 1024;

    /** @throws RegistryException with PARAMETER_INVALID, also where there is another field */
    static RequestFields read(HttpServletRequest request, SmallBodies bodies, Set<String> known) throws IOException {
        return bodies.read(request, LARGEST, Problem.REQUEST_TOO_LARGE, body -> {
            JsonNode node = StrictJson.read(body, "the body", Problem.PARAMETER_INVALID);
            if (!node.isObject()) {
                throw invalid("the body is a JSON object", "$");
            }
            for (String field : node.propertyNames()) {
                if (!known.contains(field)) {
                    throw invalid("there is no such field", field);
                }
            }
            return new RequestFields(node);
        });
    }

    String requireText(String field) {
        return text(field).orElseThrow(() -> invalid(field + " is missing", field));
    }

    Optional<String> text(String field) {
        JsonNode value = fields.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw invalid(field + " is a string", field);
        }
        return Optional.of(value.stringValue());
    }

    Optional<Boolean> flag(String field) {
        JsonNode value = fields.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw invalid(field + " is true or false", field);
        }
        return Optional.of(value.booleanValue());
    }

    Optional<List<String>> texts(String field) {
        JsonNode value = fields.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        if (value.isArray()) {
            value.forEach(element -> texts.add(element.isString() ? element.stringValue() : ""));
        }
        if (!value.isArray() || texts.contains("")) {
            throw invalid(field + " is an array of strings", field);
        }
        return Optional.of(texts);
    }

    static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.PARAMETER_INVALID, message, Map.of("field", field));
    }
}
