package dev.strata.bench;

import java.util.List;

/** What of a report belongs into the documentation: where the figures come from in two sentences, and the tables. */
final class DocumentReport {

    private DocumentReport() {
    }

    static String write(Report report) {
        Tables tables = new Tables(report);
        tables.line("Commit %s, one run of %d round(s) on %s, at %s%s. Figures are medians; ± is half of the range over "
                        + "the rounds. A × column says how many times better Strata is: faster, or smaller.",
                report.circumstances().get("commit"), report.rounds(), report.circumstances().get("processor"),
                report.circumstances().get("time"), report.scale().equals("full") ? "" : ", at the scale '" + report.scale() + "'");
        tables.line("");
        List<String> versions = report.servers().entrySet().stream()
                .filter(server -> !server.getKey().equals(Report.SUBJECT))
                .map(server -> server.getKey() + ": `" + server.getValue() + "`").toList();
        if (!versions.isEmpty()) {
            tables.line("%s.", String.join("; ", versions));
            tables.line("");
        }
        tables.ceilings();
        tables.figures(false);
        tables.line("What Strata aims for:");
        tables.line("");
        tables.aims(false);
        return tables.toString();
    }
}
