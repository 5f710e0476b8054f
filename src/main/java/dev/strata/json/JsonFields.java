package dev.strata.json;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The fields of a JSON object, each asked for by its name and shape; what nobody asked for is refused. */
public final class JsonFields {

    private final JsonNode object;
    private final String path;
    private final Problem problem;
    private final Set<String> known = new HashSet<>();

    /**
     * @param path what stands before a field's name in messages; empty for the outermost object
     * @param problem what it is where a field is not as it should be
     * @throws RegistryException with that problem where this is no object
     */
    public JsonFields(JsonNode object, String path, Problem problem) {
        this.object = object;
        this.path = path;
        this.problem = problem;
        if (!object.isObject()) {
            throw invalid((path.isEmpty() ? "this" : path) + " must be an object", path);
        }
    }

    /** The fields of an object that lies in this one. */
    public JsonFields within(JsonNode value, String name) {
        return new JsonFields(value, at(name), problem);
    }

    /** The field's value; a missing node where it is absent. */
    public JsonNode node(String field) {
        known.add(field);
        return object.path(field);
    }

    /** The field's value, which has to be there. */
    public JsonNode required(String field) {
        JsonNode value = node(field);
        if (value.isMissingNode()) {
            throw invalid(at(field) + " is missing", at(field));
        }
        return value;
    }

    /** The field's text, which has to be there. */
    public String requiredText(String field) {
        return text(required(field), at(field));
    }

    /** The field's text. */
    public String text(String field, String defaultValue) {
        JsonNode value = node(field);
        return value.isMissingNode() ? defaultValue : text(value, at(field));
    }

    /** Whether the field is there and true. */
    public boolean flag(String field) {
        JsonNode value = node(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw invalid(at(field) + " must be true or false", at(field));
        }
        return value.isBoolean() && value.booleanValue();
    }

    /**
     * The field's whole number, from 0 on.
     *
     * @param defaultValue what it is where the field is absent
     */
    public long number(String field, long defaultValue) {
        JsonNode value = node(field);
        if (value.isMissingNode()) {
            return defaultValue;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw invalid(at(field) + " must be a whole number, 0 or more", at(field));
        }
        return value.longValue();
    }

    /** The field's elements; none where it is absent, or null, as programs in Go write an empty list. */
    public List<JsonNode> elements(String field) {
        JsonNode array = node(field);
        if (!array.isMissingNode() && !array.isNull() && !array.isArray()) {
            throw invalid(at(field) + " must be an array", at(field));
        }
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements;
    }

    /** The field's texts; none where it is absent or null. */
    public List<String> texts(String field) {
        return elements(field).stream()
                .map(element -> text(element, at(field)))
                .toList();
    }

    /** The texts of the object in the field; none where it is absent or null. */
    public Map<String, String> textsByName(String field) {
        JsonNode value = node(field);
        JsonFields fields = within(value.isMissingNode() || value.isNull() ? JsonNodeFactory.instance.objectNode() : value, field);
        Map<String, String> texts = new LinkedHashMap<>();
        fields.object.propertyNames().forEach(name -> texts.put(name, fields.requiredText(name)));
        return texts;
    }

    /** The field's path, for messages. */
    public String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }

    /** @throws RegistryException the problem where the object has another field than those that were asked for */
    public void requireNoOthers() {
        for (String field : object.propertyNames()) {
            if (!known.contains(field)) {
                throw invalid(at(field) + " is not known here", at(field));
            }
        }
    }

    /** What to throw for a field that is not as it should be. */
    public RegistryException invalid(String message, String field) {
        return new RegistryException(problem, message, Map.of("field", field));
    }

    private String text(JsonNode value, String at) {
        if (!value.isString()) {
            throw invalid(at + " must be a string", at);
        }
        return value.stringValue();
    }
}
