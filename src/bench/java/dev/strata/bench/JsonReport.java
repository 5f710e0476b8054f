package dev.strata.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The report as JSON, with the figures of each round. */
final class JsonReport {

    private JsonReport() {
    }

    static void write(Report report, Path file) throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("circumstances", report.circumstances());
        root.put("scale", report.scale());
        root.put("rounds", report.rounds());
        root.put("servers", report.servers());
        root.put("missing", report.missing());
        root.put("ceilings", report.results().ceilings());
        root.put("cases", report.cases().stream().map(one -> caseOf(report, one)).toList());
        root.put("aims", aims(report));
        root.put("notes", report.results().notes());
        Files.createDirectories(file.getParent());
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build().writeValue(file.toFile(), root);
    }

    private static Map<String, Object> caseOf(Report report, Case one) {
        Results results = report.results();
        Map<String, Object> servers = new LinkedHashMap<>();
        for (String server : report.servers().keySet()) {
            Map<String, Object> values = new LinkedHashMap<>();
            results.median(one.id(), server).ifPresent(median -> values.put("median", median));
            results.median(one.id(), Report.SUBJECT).ifPresent(subject -> results.median(one.id(), server)
                    .ifPresent(other -> values.put("strataTimesBetter", one.unit().timesBetter(subject, other))));
            values.put("rounds", results.of(one.id(), server));
            String failure = results.failures().getOrDefault(one.id(), Map.of()).get(server);
            if (failure != null) {
                values.put("failure", failure);
            }
            servers.put(server, values);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", one.id());
        json.put("title", one.title());
        json.put("unit", one.unit().symbol());
        json.put("moreIsBetter", one.unit().moreIsBetter());
        json.put("servers", servers);
        return json;
    }

    private static List<Object> aims(Report report) {
        List<Object> aims = new ArrayList<>();
        for (Aim aim : report.aims()) {
            aim.judge(report.results(), report.unitOf(aim.caseId())).ifPresent(verdict -> {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("case", aim.caseId());
                json.put("aim", verdict.aim());
                json.put("reached", verdict.reached());
                json.put("met", verdict.met());
                aims.add(json);
            });
        }
        return aims;
    }
}
