package dev.strata.cache.exports;

import dev.strata.cache.exports.BuildRecord.Link;
import dev.strata.cache.exports.BuildRecord.Result;
import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Reads what BuildKit exports of its cache: {@code cache/remotecache/v1} of its sources. A builder refuses a whole cache for one
 * record that is wrong. Here such a record is left out, and whatever needs it.
 */
final class ExportReader {

    /** It has digests in it, of paths. */
    private static final Pattern SELECTOR = Pattern.compile("[ !#-\\[\\]-~]{0,512}");
    /** More than fit into what a builder reads. */
    private static final int MOST_RECORDS = 50_000;
    /** Each costs a look at all of the others. */
    private static final int MOST_NEEDS = 1_000;
    /** As Go writes no time. */
    private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    private final LayerStacks stacks;
    private final Set<Digest> usable;
    private final Instant latest;

    /**
     * @param usable the layers that can be had
     * @param latest nothing was made later
     */
    ExportReader(LayerStacks stacks, Set<Digest> usable, Instant latest) {
        this.stacks = stacks;
        this.usable = usable;
        this.latest = latest;
    }

    /**
     * The records in an order in which each comes after those that it needs.
     *
     * @param exportedAt when the record of an index was exported last
     * @throws RegistryException CONFIG_INVALID
     */
    List<BuildRecord> read(byte[] config, IntFunction<Instant> exportedAt) {
        JsonNode json = StrictJson.read(config, "the cache", Problem.CONFIG_INVALID);
        JsonNode records = json.path("records");
        List<Optional<LayerStack>> layers = new LayerPlaces(json.path("layers")).all();
        RecordOrder order = new RecordOrder(Math.min(records.size(), MOST_RECORDS));
        for (int i = 0; i < order.size(); i++) {
            int index = i;
            links(records.get(i)).ifPresent(inputs -> order.needs(index, inputs));
        }
        return order.records(
                (index, inputs) -> record(records.get(index), inputs, layers, exportedAt.apply(index)));
    }

    private BuildRecord record(
            JsonNode json, List<Set<Link>> inputs, List<Optional<LayerStack>> layers, Instant exportedAt) {
        BuildRecord record = new BuildRecord(digest(json.path("digest")).orElseThrow(), inputs, exportedAt);
        List<Result> results = new ArrayList<>();
        for (JsonNode result : json.path("layers")) {
            stack(layers, result.path("layer")).ifPresent(stack -> results.add(result(stack, result)));
        }
        for (JsonNode chain : json.path("chains")) {
            List<Optional<Digest>> blobs = new ArrayList<>();
            chain.path("layers").forEach(layer -> blobs.add(stack(layers, layer).map(LayerStack::blob)));
            if (blobs.stream().allMatch(Optional::isPresent)) {
                stacks.of(blobs.stream().map(Optional::orElseThrow).toList())
                        .ifPresent(stack -> results.add(result(stack, chain)));
            }
        }
        record.addFirst(results);
        return record;
    }

    private Result result(LayerStack stack, JsonNode json) {
        Instant created = time(json.path("createdAt"));
        return new Result(stack, created.isAfter(latest) ? latest : created);
    }

    private static Instant time(JsonNode json) {
        try {
            Instant time = OffsetDateTime.parse(json.stringValue("")).toInstant();
            return time.isBefore(NEVER) ? NEVER : time;
        } catch (DateTimeException e) {
            return NEVER; // only which of several is the newest depends on it
        }
    }

    private static Optional<LayerStack> stack(List<Optional<LayerStack>> layers, JsonNode index) {
        OptionalInt place = place(index);
        return place.isPresent() && place.getAsInt() < layers.size() ? layers.get(place.getAsInt()) : Optional.empty();
    }

    /** What a record needs; empty where it is none, or needs more than any does. */
    private static Optional<List<List<RecordOrder.Need>>> links(JsonNode record) {
        if (digest(record.path("digest")).isEmpty()) {
            return Optional.empty();
        }
        List<List<RecordOrder.Need>> inputs = new ArrayList<>();
        for (JsonNode input : record.path("inputs")) {
            List<RecordOrder.Need> alternatives = new ArrayList<>();
            for (JsonNode link : input) {
                String selector = link.path("selector").stringValue("");
                OptionalInt source = place(link.path("link"));
                if (source.isPresent() && SELECTOR.matcher(selector).matches()) {
                    alternatives.add(new RecordOrder.Need(selector, source.getAsInt()));
                }
            }
            inputs.add(alternatives);
        }
        return inputs.stream().mapToInt(List::size).sum() <= MOST_NEEDS ? Optional.of(inputs) : Optional.empty();
    }

    private static OptionalInt place(JsonNode json) {
        return json.isInt() && json.intValue() >= 0 ? OptionalInt.of(json.intValue()) : OptionalInt.empty();
    }

    private static Optional<Digest> digest(JsonNode json) {
        try {
            return json.isString() ? Optional.of(Digest.of(json.stringValue())) : Optional.empty();
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /** The stacks that a cache lists, each layer by the place of the one below it. */
    private final class LayerPlaces {

        private static final int NONE_BELOW = -1;

        private final JsonNode json;
        private final List<Optional<LayerStack>> found = new ArrayList<>();
        private final boolean[] isKnown;

        LayerPlaces(JsonNode json) {
            this.json = json;
            this.isKnown = new boolean[json.size()];
            for (int i = 0; i < json.size(); i++) {
                found.add(Optional.empty());
            }
        }

        List<Optional<LayerStack>> all() {
            for (int i = 0; i < json.size(); i++) {
                find(i);
            }
            return found;
        }

        /** From one layer down to one that is known, and back up. */
        private void find(int place) {
            List<Integer> open = new ArrayList<>();
            Set<Integer> seen = new HashSet<>();
            int at = place;
            while (at >= 0 && at < json.size() && !isKnown[at] && seen.add(at)) {
                open.add(at);
                at = below(at);
            }
            boolean isLoop = at >= 0 && at < json.size() && !isKnown[at];
            Optional<LayerStack> below = at >= 0 && at < json.size() ? found.get(at) : Optional.empty();
            boolean isWrong = isLoop || at != NONE_BELOW && below.isEmpty();
            for (int layer : open.reversed()) {
                Optional<Digest> blob = digest(json.get(layer).path("blob")).filter(usable::contains);
                if (!isWrong && blob.isPresent()) {
                    below = stacks.on(below, blob.get());
                } else {
                    below = Optional.empty();
                }
                isWrong = below.isEmpty();
                found.set(layer, below);
                isKnown[layer] = true;
            }
        }

        /** Go leaves out what is 0. */
        private int below(int layer) {
            JsonNode parent = json.get(layer).path("parent");
            return parent.isMissingNode() ? 0 : parent.isInt() ? parent.intValue() : Integer.MAX_VALUE;
        }
    }
}
