package dev.strata.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/** Everything that was measured, and what failed. */
final class Results {

    private final Map<String, Map<String, List<Measurement>>> measurements = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> failures = new LinkedHashMap<>();
    private final List<Ceilings> ceilings = new ArrayList<>();
    private final Set<String> notes = new TreeSet<>();

    void add(Case measured, Server server, Measurement measurement) {
        measurements.computeIfAbsent(measured.id(), _ -> new LinkedHashMap<>())
                .computeIfAbsent(server.name(), _ -> new ArrayList<>()).add(measurement);
    }

    void add(Ceilings round) {
        ceilings.add(round);
    }

    void fail(Case measured, Server server, String message) {
        failures.computeIfAbsent(measured.id(), _ -> new LinkedHashMap<>()).put(server.name(), message);
    }

    void note(Set<String> more) {
        notes.addAll(more);
    }

    void note(String one) {
        notes.add(one);
    }

    boolean hasFailed(Case measured, Server server) {
        return failures.getOrDefault(measured.id(), Map.of()).containsKey(server.name());
    }

    Map<String, Map<String, String>> failures() {
        return failures;
    }

    List<Measurement> of(String caseId, String server) {
        return measurements.getOrDefault(caseId, Map.of()).getOrDefault(server, List.of());
    }

    /** The median of a case on a server, unless it was not measured, or failed in any round. */
    OptionalDouble median(String caseId, String server) {
        List<Measurement> list = of(caseId, server);
        return list.isEmpty() || failures.getOrDefault(caseId, Map.of()).containsKey(server)
                ? OptionalDouble.empty() : OptionalDouble.of(Figures.median(list));
    }

    List<Ceilings> ceilings() {
        return ceilings;
    }

    Set<String> notes() {
        return notes;
    }
}
