package dev.strata.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The tables of a report as Markdown, for a terminal and for documents. */
final class Tables {

    private final Report report;
    private final Results results;
    private final StringBuilder text = new StringBuilder();

    Tables(Report report) {
        this.report = report;
        this.results = report.results();
    }

    /** What the machine itself can do. */
    void ceilings() {
        if (results.ceilings().isEmpty()) {
            return;
        }
        table(List.of("the machine alone", "unit", "median"), 2);
        ceiling("SHA-256 on one core", "MB/s", Ceilings::sha256);
        ceiling("a large blob written and forced", "MB/s", Ceilings::writeAndForce);
        ceiling("4 KiB forced", "ms", Ceilings::forceMilliseconds);
        ceiling("a file sent over loopback to one client", "MB/s", Ceilings::loopback);
        line("");
    }

    private void ceiling(String what, String unit, ToDoubleFunction<Ceilings> figure) {
        row(List.of(what, unit, number(Figures.median(results.ceilings(), figure))));
    }

    /** Each case's figure on each server, and how many times better Strata is. */
    void figures(boolean withIds) {
        List<String> header = new ArrayList<>(withIds ? List.of("id", "case", "unit") : List.of("case", "unit"));
        int left = header.size();
        header.addAll(report.servers().keySet());
        report.references().forEach(name -> header.add("× " + name));
        table(header, left);
        for (Case one : report.cases()) {
            List<String> cells = new ArrayList<>(withIds ? List.of(one.id()) : List.of());
            cells.addAll(List.of(one.title(), one.unit().symbol()));
            report.servers().keySet().forEach(server -> cells.add(cell(one, server)));
            report.references().forEach(server -> cells.add(ratio(one, server)));
            row(cells);
        }
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

    /** What Strata wants to reach, and whether it did. */
    void aims(boolean withIds) {
        List<List<String>> rows = new ArrayList<>();
        for (Aim aim : report.aims()) {
            String name = withIds ? aim.caseId() : report.titleOf(aim.caseId());
            aim.judge(results, report.unitOf(aim.caseId())).ifPresent(verdict -> rows.add(List.of(name,
                    verdict.aim(), verdict.reached(), verdict.met() ? "yes" : "**no**")));
        }
        if (!rows.isEmpty()) {
            table(List.of(withIds ? "id" : "case", "aim", "reached", "met"), 2);
            rows.forEach(this::row);
            line("");
        }
    }

    void table(List<String> header, int leftColumns) {
        row(header);
        row(IntStream.range(0, header.size()).mapToObj(column -> column < leftColumns ? ":--" : "--:").toList());
    }

    void row(List<String> cells) {
        line("%s", "| " + String.join(" | ", cells) + " |");
    }

    void line(String format, Object... values) {
        text.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.3f", value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
