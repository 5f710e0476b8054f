package dev.strata.cache.exports;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What BuildKit writes of its cache, in the making. Layers and records are named by texts, and referred to by their places. */
final class ExportJson {

    static final int NONE = -1;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    final ObjectNode json = JSON.createObjectNode();
    private final ArrayNode layers = json.putArray("layers");
    private final ArrayNode records = json.putArray("records");

    static Digest digest(String name) {
        return Content.sha256(name.getBytes(UTF_8));
    }

    /** As BuildKit writes it: a place of 0 is left out. */
    int layer(Digest blob, int below) {
        ObjectNode layer = layers.addObject().put("blob", blob.toString());
        if (below != 0) {
            layer.put("parent", below);
        }
        return layers.size() - 1;
    }

    /** @param inputs the places of one source for each input */
    int record(String name, List<Integer> results, int... inputs) {
        ObjectNode record = records.addObject().put("digest", digest(name).toString());
        results.forEach(layer -> record.withArray("/layers")
                .addObject()
                .put("layer", layer.intValue())
                .put("createdAt", "2026-01-02T03:04:05.678Z"));
        for (int input : inputs) {
            record.withArray("/inputs").addArray().addObject().put("link", input);
        }
        return records.size() - 1;
    }

    /** One more source for the first input of a record. */
    ExportJson alternative(int record, int source) {
        ((ArrayNode) records.get(record).get("inputs").get(0)).addObject().put("link", source);
        return this;
    }

    /** A record as it is given. */
    int raw(String record) {
        records.add(JSON.readTree(record));
        return records.size() - 1;
    }

    byte[] bytes() {
        return JSON.writeValueAsBytes(json);
    }
}
