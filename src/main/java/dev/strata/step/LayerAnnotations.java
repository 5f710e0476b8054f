package dev.strata.step;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a layer's descriptor says of the layer besides its type, digest and size, as the layer cache keeps it: OCI Image
 * Specification, annotations.md. Formats that can be pulled in parts (zstd:chunked, estargz) tell there where the layer's
 * table of contents is.
 *
 * @param values by their names; together they have {@value #LONGEST} characters as JSON at the most
 */
public record LayerAnnotations(SortedMap<String, String> values) {

    /** Characters as JSON. Those of the known formats have some 600. */
    public static final int LONGEST = 4096;

    /** No annotations. */
    public static final LayerAnnotations NONE = new LayerAnnotations(Collections.emptySortedMap());

    /** @throws RegistryException STEP_INVALID for more text than is kept, for an empty name, and for what is no Unicode */
    public LayerAnnotations {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        values.forEach((name, value) -> {
            if (name.isEmpty() || !encoder.canEncode(name) || !encoder.canEncode(value)) {
                throw invalid("an annotation has a name, and consists of Unicode", name);
            }
        });
        if (json(values).toString().length() > LONGEST) {
            throw invalid("annotations have " + LONGEST + " characters as JSON at the most", "");
        }
    }

    /** @throws RegistryException STEP_INVALID where they cannot be kept */
    public static LayerAnnotations of(Map<String, String> values) {
        return values.isEmpty() ? NONE : new LayerAnnotations(new TreeMap<>(values));
    }

    /** Those of a layer that is there already: none where they cannot be kept, since the layer is whole without them. */
    public static LayerAnnotations asFarAsKept(Map<String, String> values) {
        try {
            return of(values);
        } catch (RegistryException e) {
            return NONE;
        }
    }

    /** Reads what {@link #toJson} wrote. */
    public static LayerAnnotations of(JsonNode json) {
        SortedMap<String, String> values = new TreeMap<>();
        json.properties().forEach(each -> values.put(each.getKey(), each.getValue().stringValue("")));
        return of(values);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** An object with a text for each name. */
    public ObjectNode toJson() {
        return json(values);
    }

    private static ObjectNode json(Map<String, String> values) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        values.forEach(json::put);
        return json;
    }

    private static RegistryException invalid(String message, String name) {
        return new RegistryException(
                Problem.STEP_INVALID, message, Map.of("field", name.isEmpty() ? "layer.annotations" : "layer.annotations." + name));
    }
}
