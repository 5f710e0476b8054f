package dev.strata.oci;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the configurations of images. */
final class ImageConfigParser {

    private static final int MOST_ELEMENTS = 10_000;

    ImageConfig parse(byte[] content) {
        if (content.length > ImageConfig.MAX_SIZE) {
            throw invalid("the configuration has more than " + ImageConfig.MAX_SIZE + " bytes", "$");
        }
        JsonNode image = StrictJson.read(content, "the configuration", Problem.CONFIG_INVALID);
        if (!image.isObject()) {
            throw invalid("a configuration is a JSON object", "$");
        }
        JsonNode config = object(image, "config");
        return new ImageConfig(
                platform(image),
                strings(config, "Env"),
                text(config, "User"),
                text(config, "WorkingDir"),
                labels(config),
                strings(config, "Shell"),
                diffIds(object(image, "rootfs")),
                history(image));
    }

    private static Platform platform(JsonNode image) {
        String variant = text(image, "variant");
        try {
            return new Platform(
                    text(image, "os"),
                    text(image, "architecture"),
                    variant.isEmpty() ? Optional.empty() : Optional.of(variant));
        } catch (RegistryException e) {
            throw new RegistryException(Problem.CONFIG_INVALID, e.getMessage(), e.detail(), e);
        }
    }

    private static Map<String, String> labels(JsonNode config) {
        Map<String, String> labels = new HashMap<>();
        JsonNode object = object(config, "Labels");
        object.propertyNames().forEach(name -> labels.put(name, text(object, name)));
        return labels;
    }

    private static List<Digest> diffIds(JsonNode rootfs) {
        List<Digest> diffIds = new ArrayList<>();
        for (String diffId : strings(rootfs, "diff_ids")) {
            try {
                diffIds.add(Digest.of(diffId));
            } catch (RegistryException e) {
                throw new RegistryException(Problem.CONFIG_INVALID, e.getMessage(), e.detail(), e);
            }
        }
        return diffIds;
    }

    private static List<History> history(JsonNode image) {
        List<History> history = new ArrayList<>();
        for (JsonNode entry : array(image, "history")) {
            if (!entry.isObject()) {
                throw invalid("history has objects only", "history[" + history.size() + "]");
            }
            history.add(new History(
                    created(text(entry, "created")),
                    text(entry, "created_by"),
                    text(entry, "author"),
                    text(entry, "comment"),
                    flag(entry, "empty_layer")));
        }
        return history;
    }

    private static Optional<Instant> created(String time) {
        try {
            return time.isEmpty() ? Optional.empty() : Optional.of(OffsetDateTime.parse(time).toInstant());
        } catch (DateTimeException e) {
            throw new RegistryException(
                    Problem.CONFIG_INVALID, "created must be a time of RFC 3339", Map.of("created", time), e);
        }
    }

    private static boolean flag(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isBoolean() && !isAbsent(value)) {
            throw invalid(field + " must be true or false", field);
        }
        return value.isBoolean() && value.booleanValue();
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isString() && !isAbsent(value)) {
            throw invalid(field + " must be a string", field);
        }
        return value.isString() ? value.stringValue() : "";
    }

    private static JsonNode object(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isObject() && !isAbsent(value)) {
            throw invalid(field + " must be an object", field);
        }
        return value;
    }

    private static List<String> strings(JsonNode node, String field) {
        List<String> strings = new ArrayList<>();
        for (JsonNode element : array(node, field)) {
            if (!element.isString()) {
                throw invalid(field + " must have strings only", field + "[" + strings.size() + "]");
            }
            strings.add(element.stringValue());
        }
        return strings;
    }

    private static JsonNode array(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isArray() && !isAbsent(value)) {
            throw invalid(field + " must be an array", field);
        }
        if (value.size() > MOST_ELEMENTS) {
            throw invalid(field + " has more than " + MOST_ELEMENTS + " elements", field);
        }
        return value;
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.CONFIG_INVALID, message, Map.of("field", field));
    }
}
