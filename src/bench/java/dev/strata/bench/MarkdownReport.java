package dev.strata.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The report as Markdown, for a terminal and for documents. */
final class MarkdownReport {

    private final Report report;
    private final Results results;
    private final StringBuilder text = new StringBuilder();

    private MarkdownReport(Report report) {
        this.report = report;
        this.results = report.results();
    }

    static String write(Report report) {
        MarkdownReport markdown = new MarkdownReport(report);
        markdown.circumstances();
        markdown.ceilings();
        markdown.figures();
        markdown.aims();
        markdown.processorUse();
        markdown.remarks();
        return markdown.text.toString();
    }

    private void circumstances() {
        line("# Benchmark (%s, medians of %d round(s))", report.scale(), report.rounds());
        line("");
        report.circumstances().forEach((name, value) -> line("- %s: %s", name, value));
        report.servers().forEach((name, description) -> line("- %s: `%s`", name, description));
        report.missing().forEach(name -> line("- %s: not found on this machine, left out", name));
        line("");
    }

    private void ceilings() {
        if (results.ceilings().isEmpty()) {
            return;
        }
        line("The machine alone: SHA-256 %s MB/s; write and fsync of a large blob %s MB/s; fsync of 4 KiB %s ms; "
                + "sendfile over loopback to one client %s MB/s.", ceiling(Ceilings::sha256),
                ceiling(Ceilings::writeAndForce), ceiling(Ceilings::forceMilliseconds), ceiling(Ceilings::loopback));
        line("");
    }

    private String ceiling(ToDoubleFunction<Ceilings> figure) {
        return number(Figures.median(results.ceilings(), figure));
    }

    private void figures() {
        List<String> header = new ArrayList<>(List.of("id", "case", "unit"));
        header.addAll(report.servers().keySet());
        report.references().forEach(name -> header.add("× " + name));
        table(header, 3);
        for (Case one : report.cases()) {
            List<String> cells = new ArrayList<>(List.of(one.id(), one.title(), one.unit().symbol()));
            report.servers().keySet().forEach(server -> cells.add(cell(one, server)));
            report.references().forEach(server -> cells.add(ratio(one, server)));
            row(cells);
        }
        line("");
        line("MB are 10^6 bytes. ± is half of the range over the rounds. A × column says how many times better Strata "
                + "is: faster, or smaller.");
        line("");
    }

    private String cell(Case one, String server) {
        OptionalDouble median = results.median(one.id(), server);
        if (median.isEmpty()) {
            return results.failures().getOrDefault(one.id(), Map.of()).containsKey(server)
                    ? "**failed**" : "–";
        }
        List<Measurement> rounds = results.of(one.id(), server);
        String spread = rounds.size() < 2 ? ""
                : String.format(Locale.ROOT, " ±%.0f %%", 100 * Figures.spread(rounds));
        return number(median.getAsDouble()) + spread;
    }

    private String ratio(Case one, String reference) {
        OptionalDouble subject = results.median(one.id(), Report.SUBJECT);
        OptionalDouble other = results.median(one.id(), reference);
        return subject.isEmpty() || other.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f",
                one.unit().timesBetter(subject.getAsDouble(), other.getAsDouble()));
    }

    private void aims() {
        List<List<String>> rows = new ArrayList<>();
        for (Aim aim : Aim.all()) {
            aim.judge(results, report.unitOf(aim.caseId())).ifPresent(verdict -> rows.add(List.of(aim.caseId(),
                    verdict.aim(), verdict.reached(), verdict.met() ? "yes" : "**no**")));
        }
        if (!rows.isEmpty()) {
            line("## Aims");
            line("");
            table(List.of("id", "aim", "reached", "met"), 2);
            rows.forEach(this::row);
            line("");
        }
    }

    private void processorUse() {
        line("## Cores at work while measuring (client + server + everything else)");
        line("");
        List<String> header = new ArrayList<>(List.of("id"));
        header.addAll(report.servers().keySet());
        table(header, 1);
        for (Case one : report.cases()) {
            List<String> cells = new ArrayList<>(List.of(one.id()));
            report.servers().keySet().forEach(server -> cells.add(cores(results.of(one.id(), server))));
            row(cells);
        }
        line("");
        line("Where everything else comes near half a core, the machine was busy with other work: measure again.");
        line("");
    }

    private static String cores(List<Measurement> rounds) {
        return rounds.isEmpty() ? "–" : String.format(Locale.ROOT, "%.2f + %.2f + %.2f",
                Figures.median(rounds, Measurement::clientCores), Figures.median(rounds, Measurement::serverCores),
                Figures.median(rounds, Measurement::otherCores));
    }

    private void remarks() {
        results.notes().forEach(note -> line("- %s", note));
        // A server that did not start fails every case in the same words: say them once.
        Map<String, List<String>> casesByMessage = new LinkedHashMap<>();
        results.failures().forEach((one, servers) -> servers.forEach((server, message) -> casesByMessage
                .computeIfAbsent(server + ": " + message.replace('\n', ' '), _ -> new ArrayList<>()).add(one)));
        casesByMessage.forEach((message, cases) -> line("- **failed** on %s (%s)", message, String.join(", ", cases)));
    }

    private void table(List<String> header, int leftColumns) {
        row(header);
        row(IntStream.range(0, header.size()).mapToObj(column -> column < leftColumns ? ":--" : "--:").toList());
    }

    private void row(List<String> cells) {
        line("%s", "| " + String.join(" | ", cells) + " |");
    }

    private void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }
}
