package dev.strata.cache.exports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A cache as BuildKit reads it, which refuses all of it for one thing that is wrong. */
final class BuildKitView {

    private final JsonNode layers;
    private final JsonNode records;

    private BuildKitView(JsonNode json) {
        this.layers = json.path("layers");
        this.records = json.path("records");
    }

    static BuildKitView of(byte[] config) {
        BuildKitView view = new BuildKitView(JsonMapper.builder().build().readTree(config));
        Set<Integer> done = new HashSet<>();
        for (int i = 0; i < view.records.size(); i++) {
            view.check(i, new HashSet<>(), done);
        }
        return view;
    }

    private void check(int record, Set<Integer> above, Set<Integer> done) {
        assertThat(record).as("a record's place").isBetween(0, records.size() - 1);
        assertThat(above).as("records that need themselves").doesNotContain(record);
        if (!done.add(record)) {
            return;
        }
        above.add(record);
        for (JsonNode input : records.get(record).path("inputs")) {
            assertThat(input).as("sources of an input").isNotEmpty();
            input.forEach(link -> check(link.get("link").intValue(), above, done));
        }
        above.remove(record);
        records.get(record).path("layers").forEach(result -> assertThat(stack(result.get("layer").intValue())).isNotEmpty());
    }

    int size() {
        return records.size();
    }

    /** How often there is a record with this name. */
    long count(String name) {
        return records.valueStream()
                .filter(record -> record.get("digest").stringValue().equals(ExportJson.digest(name).toString()))
                .count();
    }

    private List<String> stack(int place) {
        List<String> stack = new ArrayList<>();
        for (int at = place; at != ExportJson.NONE; at = layers.get(at).path("parent").asInt(0)) {
            assertThat(at).as("a layer's place").isBetween(0, layers.size() - 1);
            assertThat(stack.size()).as("layers on each other").isLessThan(layers.size());
            stack.add(layers.get(at).get("blob").stringValue());
        }
        return stack.reversed();
    }

    /** For each record of another cache that is a result, what a builder that comes to it by any of its sources finds here. */
    void assertHasAllOf(BuildKitView other) {
        Map<Integer, Set<Integer>> matches = new HashMap<>();
        for (int i = 0; i < other.records.size(); i++) {
            Set<Integer> found = match(other, i, matches);
            assertThat(found).as("record %s", other.records.get(i)).isNotEmpty();
            Set<List<String>> results = new HashSet<>();
            found.forEach(place -> records.get(place)
                    .path("layers")
                    .forEach(result -> results.add(stack(result.get("layer").intValue()))));
            other.records.get(i).path("layers").forEach(result -> assertThat(results)
                    .contains(other.stack(result.get("layer").intValue())));
        }
    }

    private Set<Integer> match(BuildKitView other, int place, Map<Integer, Set<Integer>> matches) {
        if (!matches.containsKey(place)) {
            JsonNode sought = other.records.get(place);
            Set<Integer> found = new HashSet<>();
            for (int i = 0; i < records.size(); i++) {
                if (records.get(i).get("digest").equals(sought.get("digest"))
                        && isReached(records.get(i).path("inputs"), other, sought.path("inputs"), matches)) {
                    found.add(i);
                }
            }
            matches.put(place, found);
        }
        return matches.get(place);
    }

    private boolean isReached(JsonNode inputs, BuildKitView other, JsonNode sought, Map<Integer, Set<Integer>> matches) {
        for (int i = 0; i < sought.size(); i++) {
            Set<String> links = new HashSet<>();
            inputs.path(i).forEach(link -> links.add(link.path("selector").asString("") + " " + link.get("link").intValue()));
            boolean isFound = sought.get(i).valueStream()
                    .anyMatch(link -> match(other, link.get("link").intValue(), matches).stream()
                            .anyMatch(source -> links.contains(link.path("selector").asString("") + " " + source)));
            if (!isFound) {
                return false;
            }
        }
        return inputs.size() == sought.size();
    }
}
