package dev.strata.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An OpenAPI document, as far as its schemas use JSON Schema: types, required and known properties, patterns, enums. */
public final class OpenApiDocument {

    private final JsonNode document;

    public OpenApiDocument(JsonNode document) {
        this.document = document;
    }

    /** The document that a registry serves. */
    public static OpenApiDocument of(RegistryClient registry) {
        Answer answer = registry.get("/api/openapi.yaml");
        assertThat(answer).hasStatus(200).hasHeader("Content-Type", "application/yaml");
        return new OpenApiDocument(JsonMapper.shared().valueToTree(new Yaml().load(answer.text())));
    }

    /** Each as its method and its path. */
    public Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.path("paths").properties().forEach(path ->
                path.getValue().propertyNames().forEach(method -> operations.add(method + " " + path.getKey())));
        return operations;
    }

    /** Fails where an answer is not one of those that the document has for the operation. */
    public void check(String method, String path, Answer answer) {
        JsonNode response = resolve(document.path("paths").path(path).path(method).path("responses")
                .path(String.valueOf(answer.status())));
        assertThat(response.isObject()).as("%s %s answers %d", method, path, answer.status()).isTrue();
        if (answer.body().length == 0) {
            assertThat(response.has("content")).as("%s %s answers nothing", method, path).isFalse();
            return;
        }
        JsonNode schema = response.path("content").path(answer.header("Content-Type")).path("schema");
        assertThat(schema.isObject()).as("%s of %s", answer.header("Content-Type"), path).isTrue();
        List<String> problems = new ArrayList<>();
        check("$", answer.json(), schema, problems);
        assertThat(problems).as("%s", answer).isEmpty();
    }

    /** What is wrong with a value, by the document's schema of that name. */
    public List<String> problems(String schema, JsonNode value) {
        List<String> problems = new ArrayList<>();
        check("$", value, document.path("components").path("schemas").path(schema), problems);
        return problems;
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").stringValue().substring(1)) : node;
    }

    private void check(String at, JsonNode value, JsonNode reference, List<String> problems) {
        JsonNode schema = resolve(reference);
        expect(problems, at, !schema.has("type") || isOfType(value, schema.path("type")), "is no " + schema.path("type"));
        expect(problems, at, !schema.has("const") || schema.path("const").equals(value), "is not " + schema.path("const"));
        if (schema.has("enum")) {
            boolean known = schema.path("enum").valueStream().anyMatch(value::equals);
            expect(problems, at, known, "is none of " + schema.path("enum"));
        }
        if (schema.has("pattern") && value.isString()) {
            boolean matches = value.stringValue().matches(schema.path("pattern").stringValue());
            expect(problems, at, matches, "does not match " + schema.path("pattern"));
        }
        if (schema.has("minimum") && value.isNumber()) {
            expect(problems, at, value.doubleValue() >= schema.path("minimum").doubleValue(), "is too small");
        }
        if (schema.path("format").stringValue("").equals("date-time")) {
            expect(problems, at, isTime(value), "is no time");
        }
        schema.path("required").forEach(name ->
                expect(problems, at, value.has(name.stringValue()), "has no " + name.stringValue()));
        value.properties().forEach(property -> {
            JsonNode own = schema.path("properties").path(property.getKey());
            JsonNode other = schema.path("additionalProperties");
            String where = at + "." + property.getKey();
            if (own.isObject() || other.isObject()) {
                check(where, property.getValue(), own.isObject() ? own : other, problems);
            } else {
                expect(problems, where, !other.isBoolean() || other.booleanValue(), "is not in the document");
            }
        });
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(at + "[" + i + "]", value.get(i), schema.path("items"), problems);
            }
        }
    }

    private static void expect(List<String> problems, String at, boolean holds, String otherwise) {
        if (!holds) {
            problems.add(at + " " + otherwise);
        }
    }

    private static boolean isTime(JsonNode value) {
        try {
            return value.isString() && OffsetDateTime.parse(value.stringValue()).getYear() > 2000;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static boolean isOfType(JsonNode value, JsonNode type) {
        if (type.isArray()) {
            return type.valueStream().anyMatch(one -> isOfType(value, one));
        }
        return switch (type.stringValue()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "null" -> value.isNull();
            default -> throw new IllegalStateException("An unknown type: " + type);
        };
    }
}
