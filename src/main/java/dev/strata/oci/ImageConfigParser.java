package dev.strata.oci;

import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Reads the configurations of images. Builders write many odd things into them, and one of those must not hide the
 * rest: what is needed is read, what is odd is left out.
 */
final class ImageConfigParser {

    /** Of each list. No image that runs has as many, and what is read of a longer one could be misleading. */
    private static final int MOST_ELEMENTS = 10_000;

    ImageConfig parse(byte[] content) {
        if (content.length > ImageConfig.MAX_SIZE) {
            throw invalid("the configuration has more than " + ImageConfig.MAX_SIZE + " bytes", "$");
        }
        JsonNode image = StrictJson.read(content, "the configuration", Problem.CONFIG_INVALID);
        if (!image.isObject()) {
            throw invalid("a configuration is a JSON object", "$");
        }
        JsonNode config = image.path("config");
        return new ImageConfig(
                Platform.read(image),
                texts(config, "Env"),
                text(config, "User"),
                text(config, "WorkingDir"),
                labels(config.path("Labels")),
                texts(config, "Shell"),
                diffIds(image.path("rootfs").path("diff_ids")),
                history(image));
    }

    private static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new HashMap<>();
        for (Map.Entry<String, JsonNode> label : object.properties()) {
            if (label.getValue().isValueNode() && !label.getValue().isNull()) {
                labels.put(label.getKey(), label.getValue().asString(""));
            }
        }
        return labels;
    }

    private static List<Digest> diffIds(JsonNode array) {
        if (!array.isArray() && !array.isMissingNode() && !array.isNull()) {
            throw invalid("diff_ids must be an array", "diff_ids");
        }
        requireFew(array, "diff_ids");
        List<Digest> diffIds = new ArrayList<>();
        for (JsonNode element : array) {
            try {
                diffIds.add(Digest.of(element.stringValue("")));
            } catch (RegistryException e) {
                throw new RegistryException(
                        Problem.CONFIG_INVALID,
                        e.getMessage(),
                        Map.of("field", "diff_ids[" + diffIds.size() + "]"),
                        e);
            }
        }
        return diffIds;
    }

    private static List<History> history(JsonNode image) {
        if (image.path("history").size() > MOST_ELEMENTS) {
            return List.of();
        }
        List<History> history = new ArrayList<>();
        for (JsonNode entry : array(image, "history")) {
            if (entry.isObject()) {
                history.add(new History(
                        created(text(entry, "created")),
                        text(entry, "created_by"),
                        text(entry, "author"),
                        text(entry, "comment"),
                        entry.path("empty_layer").booleanValue(false)));
            }
        }
        return history;
    }

    /** Some builders leave the zone out, and mean UTC. */
    private static Optional<Instant> created(String time) {
        try {
            return Optional.of(OffsetDateTime.parse(time).toInstant());
        } catch (DateTimeException e) {
            return createdInUtc(time);
        }
    }

    private static Optional<Instant> createdInUtc(String time) {
        try {
            return Optional.of(LocalDateTime.parse(time.replace(' ', 'T')).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode object, String field) {
        return object.path(field).stringValue("");
    }

    private static List<String> texts(JsonNode object, String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array(object, field)) {
            if (element.isString()) {
                texts.add(element.stringValue());
            }
        }
        return texts;
    }

    /** The field where it is an array, and else one that is empty. */
    private static Iterable<JsonNode> array(JsonNode object, String field) {
        JsonNode value = object.path(field);
        requireFew(value, field);
        return value.isArray() ? value : List.of();
    }

    private static void requireFew(JsonNode array, String field) {
        if (array.size() > MOST_ELEMENTS) {
            throw invalid(field + " has more than " + MOST_ELEMENTS + " elements", field);
        }
    }

    private static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.CONFIG_INVALID, message, Map.of("field", field));
    }
}
