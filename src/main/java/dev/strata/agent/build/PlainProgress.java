package dev.strata.agent.build;

import dev.strata.agent.cache.Resolution.Blocked;
import dev.strata.agent.cache.Resolution.Bypass;
import dev.strata.agent.cache.Resolution.Hit;
import dev.strata.agent.cache.Resolution.Miss;
import dev.strata.agent.cache.Resolution.Paths;
import dev.strata.agent.cache.Resolution.StepResult;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Progress for people. */
final class PlainProgress implements Progress {

    private static final int WIDEST = 60;
    private static final int MOST_PATHS = 5;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private final PrintStream out;
    private String stage = "";

    PlainProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void step(StagePlan plan, PlannedInstruction instruction, Optional<StepResult> result) {
        if (!instruction.makesLayer()) {
            return;
        }
        if (!plan.name().equals(stage)) {
            stage = plan.name();
            out.println("stage " + stage);
        }
        String said = instruction.notCached()
                .map(reason -> "not cached: " + reason)
                .orElseGet(() -> result.map(PlainProgress::words).orElse("to be run"));
        out.printf("  %-" + WIDEST + "s  %s%n", shortened(instruction.text()), said);
    }

    @Override
    public synchronized void found(StagePlan plan, PlannedInstruction instruction, Hit hit) {
        step(plan, instruction, Optional.of(hit));
    }

    private static String words(StepResult result) {
        return switch (result) {
            case Hit hit -> "hit"
                    + (hit.scope().isEmpty() ? "" : " from " + hit.scope())
                    + (hit.origin().isEmpty() ? "" : " of " + hit.origin())
                    + ", spares " + seconds(hit.spared())
                    + hit.layer().map(layer -> " and " + bytes(layer.blob().size())).orElse("");
            case Miss miss when miss.held() -> "miss: another agent runs it";
            case Miss miss -> "miss: " + miss.reason().toLowerCase(Locale.ROOT).replace('_', ' ')
                    + (miss.detail().isEmpty() ? "" : " (" + miss.detail() + ")")
                    + (miss.paths().named().isEmpty() ? "" : ": " + words(miss.paths()));
            case Bypass bypass -> "run afresh";
            case Blocked blocked -> "waits for the steps before it";
        };
    }

    private static String words(Paths paths) {
        List<String> shown = paths.named().stream().limit(MOST_PATHS).map(PlainProgress::printable).toList();
        int more = paths.named().size() - shown.size() + paths.more();
        return String.join(", ", shown) + (more == 0 ? "" : " and " + more + " more");
    }

    /** Another agent named these files, and a terminal obeys what is not printable. */
    private static String printable(String path) {
        return path.replaceAll("\\p{C}", "?");
    }

    @Override
    public synchronized void note(String text) {
        out.println(text);
    }

    @Override
    public synchronized void waiting(StagePlan plan, PlannedInstruction instruction) {
        out.println("another agent runs " + shortened(instruction.text()) + ", waiting for its layer");
    }

    @Override
    public synchronized void building(StagePlan plan, int steps, String builder) {
        out.println("stage " + plan.name() + ": " + builder + " runs " + (steps == 1 ? "1 step" : steps + " steps"));
    }

    @Override
    public synchronized void output(String stage, String line) {
        out.println("  " + (stage.isEmpty() ? "" : stage + " ") + "| " + line);
    }

    @Override
    public synchronized void finished(Summary summary) {
        if (!summary.digest().isEmpty()) {
            out.printf("%s@%s%n", summary.image(), summary.digest());
        }
        out.printf(
                "%d from the cache, %d run, in %s; spared %s of transfers and %s of execution%n",
                summary.hits(),
                summary.run(),
                seconds(summary.took()),
                bytes(summary.bytesSpared()),
                seconds(summary.timeSpared()));
    }

    @Override
    public synchronized void failed(String message) {
        out.println(message);
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= WIDEST ? line : line.substring(0, WIDEST - 1) + "…";
    }
}
