package dev.strata.cache.exports;

import dev.strata.cache.exports.BuildRecord.Link;
import dev.strata.cache.exports.BuildRecord.Result;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes records as BuildKit reads them: the first ones, as many as the limits allow. */
final class ExportWriter {

    /** By which part of the records there are fewer in the next attempt, at the least. */
    private static final int PARTS = 10;
    private static final int BYTES_OF_DESCRIPTOR = 300;

    private final Map<Digest, Descriptor> layers;

    /** @param layers all that the records have */
    ExportWriter(Map<Digest, Descriptor> layers) {
        this.layers = layers;
    }

    /**
     * A cache as it is written.
     *
     * @param layers those that it names
     * @param exportedAt when the record of each place was exported last
     */
    record Written(byte[] config, List<Descriptor> layers, List<Instant> exportedAt) {}

    /** @param records what is to be kept first comes first */
    Written write(List<BuildRecord> records, ExportLimits limits) {
        return write(useful(first(records, limits)));
    }

    /** As many of the first records as the limits allow. */
    List<BuildRecord> first(List<BuildRecord> records, ExportLimits limits) {
        int count = records.size();
        while (true) {
            List<BuildRecord> some = first(records, count, limits);
            Written written = write(useful(some));
            int size = Math.max(written.config().length, sizeOf(written.layers()));
            if (size <= limits.documentBytes() || count == 0) {
                return some;
            }
            count = (int) Math.min(count - count / PARTS - 1L, (long) count * limits.documentBytes() / size);
        }
    }

    /** What the descriptors take in a manifest, more or less on the safe side. */
    private static int sizeOf(List<Descriptor> layers) {
        return layers.stream()
                .mapToInt(layer -> BYTES_OF_DESCRIPTOR
                        + layer.annotations().entrySet().stream()
                                .mapToInt(each -> bytes(each.getKey()) + bytes(each.getValue()))
                                .sum())
                .sum();
    }

    private static int bytes(String text) {
        return JsonNodeFactory.instance.stringNode(text).toString().getBytes(StandardCharsets.UTF_8).length + 2;
    }

    /** The first records that have what they need, until a limit is reached. */
    private List<BuildRecord> first(List<BuildRecord> records, int count, ExportLimits limits) {
        Set<BuildRecord> kept = new LinkedHashSet<>();
        Set<Digest> blobs = new HashSet<>();
        long bytes = 0;
        for (BuildRecord record : records.subList(0, count)) {
            Set<Digest> more = new HashSet<>();
            record.results().forEach(result -> blobs(result.layers(), more));
            more.removeAll(blobs);
            bytes += more.stream().mapToLong(blob -> layers.get(blob).size()).sum();
            blobs.addAll(more);
            if (record.exportedAt().isBefore(limits.oldest()) || bytes > limits.layerBytes() || blobs.size() > limits.layers()) {
                break;
            }
            if (record.inputs().stream().allMatch(input -> input.stream().anyMatch(link -> kept.contains(link.source())))) {
                kept.add(record);
            }
        }
        return List.copyOf(kept);
    }

    private static void blobs(LayerStack stack, Set<Digest> blobs) {
        stack.below().ifPresent(below -> blobs(below, blobs));
        blobs.add(stack.blob());
    }

    /** Without those by which nobody finds anything. */
    private static List<BuildRecord> useful(List<BuildRecord> records) {
        Set<BuildRecord> kept = new HashSet<>(records);
        Deque<BuildRecord> open = new ArrayDeque<>(
                records.stream().filter(record -> !record.results().isEmpty()).toList());
        Set<BuildRecord> useful = new HashSet<>(open);
        while (!open.isEmpty()) {
            open.remove().inputs().forEach(input -> input.stream()
                    .map(Link::source)
                    .filter(source -> kept.contains(source) && useful.add(source))
                    .forEach(open::add));
        }
        return records.stream().filter(useful::contains).toList();
    }

    private Written write(List<BuildRecord> records) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        ArrayNode stacks = config.putArray("layers");
        Map<LayerStack, Integer> stackPlaces = new LinkedHashMap<>();
        Map<BuildRecord, Integer> places = new HashMap<>();
        records.forEach(record -> places.put(record, places.size()));
        ArrayNode array = config.putArray("records");
        for (BuildRecord record : records) {
            ObjectNode json = array.addObject().put("digest", record.digest().toString());
            if (!record.results().isEmpty()) {
                ArrayNode results = json.putArray("layers");
                for (Result result : record.results()) {
                    results.addObject()
                            .put("layer", place(result.layers(), stackPlaces, stacks))
                            .put("createdAt", result.createdAt().toString());
                }
            }
            writeInputs(record, places, json);
        }
        Set<Digest> blobs = new LinkedHashSet<>();
        stackPlaces.keySet().forEach(stack -> blobs.add(stack.blob()));
        return new Written(
                config.toString().getBytes(StandardCharsets.UTF_8),
                blobs.stream().map(layers::get).toList(),
                records.stream().map(BuildRecord::exportedAt).toList());
    }

    private static void writeInputs(BuildRecord record, Map<BuildRecord, Integer> places, ObjectNode json) {
        if (!record.inputs().isEmpty()) {
            ArrayNode inputs = json.putArray("inputs");
            for (Set<Link> input : record.inputs()) {
                ArrayNode links = inputs.addArray();
                for (Link link : input) {
                    Integer place = places.get(link.source());
                    if (place != null) {
                        ObjectNode written = links.addObject();
                        if (!link.selector().isEmpty()) {
                            written.put("selector", link.selector());
                        }
                        written.put("link", place.intValue());
                    }
                }
            }
        }
    }

    /** A stack comes behind the one below it. */
    private static int place(LayerStack stack, Map<LayerStack, Integer> places, ArrayNode array) {
        List<LayerStack> missing = new ArrayList<>();
        LayerStack at = stack;
        while (!places.containsKey(at)) {
            missing.add(at);
            if (at.below().isEmpty()) {
                break;
            }
            at = at.below().get();
        }
        for (LayerStack next : missing.reversed()) {
            int parent = next.below().map(places::get).orElse(-1);
            places.put(next, places.size());
            array.addObject().put("blob", next.blob().toString()).put("parent", parent);
        }
        return places.get(stack);
    }
}
