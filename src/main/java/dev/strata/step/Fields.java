package dev.strata.step;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The fields of a JSON object, each asked for by its name and shape; what nobody asked for is refused. */
final class Fields {

    private final JsonNode object;
    private final String path;
    private final Set<String> known = new HashSet<>();

    /** @param path what stands before a field's name in messages; empty for a step's own fields */
    Fields(JsonNode object, String path) {
        if (!object.isObject()) {
            throw invalid((path.isEmpty() ? "a step" : path) + " must be an object", path);
        }
        this.object = object;
        this.path = path;
    }

    /** The field's value; a missing node where it is absent. */
    JsonNode node(String field) {
        known.add(field);
        return object.path(field);
    }

    JsonNode required(String field) {
        JsonNode value = node(field);
        if (value.isMissingNode()) {
            throw invalid(at(field) + " is missing", at(field));
        }
        return value;
    }

    String requiredText(String field) {
        return text(required(field), at(field));
    }

    String text(String field, String defaultValue) {
        JsonNode value = node(field);
        return value.isMissingNode() ? defaultValue : text(value, at(field));
    }

    boolean flag(String field) {
        JsonNode value = node(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw invalid(at(field) + " must be true or false", at(field));
        }
        return value.isBoolean() && value.booleanValue();
    }

    List<JsonNode> elements(String field) {
        JsonNode array = node(field);
        if (!array.isMissingNode() && !array.isArray()) {
            throw invalid(at(field) + " must be an array", at(field));
        }
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    List<String> texts(String field) {
        return elements(field).stream()
                .map(element -> text(element, at(field)))
                .toList();
    }

    Map<String, String> textsByName(String field) {
        JsonNode value = node(field);
        Fields fields = new Fields(value.isMissingNode() ? JsonNodeFactory.instance.objectNode() : value, at(field));
        Map<String, String> texts = new LinkedHashMap<>();
        fields.object.propertyNames().forEach(name -> texts.put(name, fields.requiredText(name)));
        return texts;
    }

    /** The field's path, for messages. */
    String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    /** @throws RegistryException STEP_INVALID where the object has another field than those that were asked for */
    void requireNoOthers() {
        for (String field : object.propertyNames()) {
            if (!known.contains(field)) {
                throw invalid(at(field) + " is not known here", at(field));
            }
        }
    }

    static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.STEP_INVALID, message, Map.of("field", field));
    }

    private static String text(JsonNode value, String at) {
        if (!value.isString()) {
            throw invalid(at + " must be a string", at);
        }
        return value.stringValue();
    }
}
