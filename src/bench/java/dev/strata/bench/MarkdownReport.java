package dev.strata.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All of a report, for whoever ran it. */
final class MarkdownReport {

    private final Report report;
    private final Results results;
    private final Tables tables;

    private MarkdownReport(Report report) {
        this.report = report;
        this.results = report.results();
        this.tables = new Tables(report);
    }

    static String write(Report report) {
        MarkdownReport markdown = new MarkdownReport(report);
        markdown.circumstances();
        markdown.tables.ceilings();
        markdown.tables.figures(true);
        markdown.tables.line("MB are 10^6 bytes. ± is half of the range over the rounds. A × column says how many times "
                + "better Strata is: faster, or smaller.");
        markdown.tables.line("");
        markdown.tables.aims(true);
        markdown.processorUse();
        markdown.remarks();
        return markdown.tables.toString();
    }

    private void circumstances() {
        tables.line("# Benchmark (%s, medians of %d round(s))", report.scale(), report.rounds());
        tables.line("");
        report.circumstances().forEach((name, value) -> tables.line("- %s: %s", name, value));
        report.servers().forEach((name, description) -> tables.line("- %s: `%s`", name, description));
        report.missing().forEach(name -> tables.line("- %s: not found on this machine, left out", name));
        tables.line("");
    }

    private void processorUse() {
        tables.line("## Cores at work while measuring (client + server + everything else)");
        tables.line("");
        List<String> header = new ArrayList<>(List.of("id"));
        header.addAll(report.servers().keySet());
        tables.table(header, 1);
        for (Case one : report.cases()) {
            List<String> cells = new ArrayList<>(List.of(one.id()));
            report.servers().keySet().forEach(server -> cells.add(cores(results.of(one.id(), server))));
            tables.row(cells);
        }
        tables.line("");
        tables.line("Where everything else comes near half a core, the machine was busy with other work: measure again.");
        tables.line("");
    }

    private static String cores(List<Measurement> rounds) {
        return rounds.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f + %.2f + %.2f",
                Figures.median(rounds, Measurement::clientCores), Figures.median(rounds, Measurement::serverCores),
                Figures.median(rounds, Measurement::otherCores));
    }

    private void remarks() {
        results.notes().forEach(note -> tables.line("- %s", note));
        // A server that did not start fails every case in the same words: say them once.
        Map<String, List<String>> casesByMessage = new LinkedHashMap<>();
        results.failures().forEach((one, servers) -> servers.forEach((server, message) -> casesByMessage
                .computeIfAbsent(server + ": " + message.replace('\n', ' '), _ -> new ArrayList<>()).add(one)));
        casesByMessage.forEach(
                (message, cases) -> tables.line("- **failed** on %s (%s)", message, String.join(", ", cases)));
    }
}
