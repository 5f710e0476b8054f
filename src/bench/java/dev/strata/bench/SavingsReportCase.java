package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * A second process on a registry that is made for it: how long the report of what sharing saves takes, at the median of
 * many. The registry is made with the first warm-up, and stays.
 */
final class SavingsReportCase implements Case {

    private static final int REPORTS = 200;
    private static final List<String> PARTS = List.of(
            "/api/savings",
            "/api/savings/repositories?sort=freed",
            "/api/savings/repositories/bench/team-1/service-1/tags?sort=unique",
            "/api/savings/layers",
            "/api/savings/bases");

    private final long images;
    private boolean made;

    SavingsReportCase(long images) {
        this.images = images;
    }

    @Override
    public String id() {
        return "savings-report";
    }

    @Override
    public String title() {
        return "report of the savings, %,d images with %,d references".formatted(images, images * 10);
    }

    @Override
    public Unit unit() {
        return Unit.SECONDS;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of();
    }

    /** No other registry has such a report. */
    @Override
    public boolean fits(Server server) {
        return server instanceof Strata;
    }

    private String directory() {
        return "savings-store";
    }

    @Override
    public void warmUp(Target target) {
        if (!made) {
            Duration counted = new SavingsStore(images).make(
                    target.workspace().directory().resolve(directory()).resolve("data"));
            target.note("the figures of %,d images with %,d references were counted in %d s"
                    .formatted(images, images * 10, counted.toSeconds()));
            made = true;
        }
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        try (RunningServer second =
                RunningServer.resume(target.running().server(), target.workspace(), directory())) {
            double report = 0;
            for (String part : PARTS) {
                List<Double> seconds = times(second, part);
                double median = seconds.get(seconds.size() / 2);
                target.note("%s: %.1f ms, at the 99th percentile %.1f ms".formatted(
                        part, median * 1e3, seconds.get(seconds.size() * 99 / 100) * 1e3));
                report = part.equals(PARTS.getFirst()) ? median : report;
            }
            return report;
        }
    }

    private static List<Double> times(RunningServer server, String part) throws IOException, InterruptedException {
        byte[] request = Request.get(part).encode(server.address());
        List<Double> seconds = new ArrayList<>();
        Clients.run(server.address(), 1, (connection, _) -> {
            for (int i = 0; i < 2 * REPORTS; i++) {
                long begin = System.nanoTime();
                Answer answer = connection.exchange(request);
                connection.drain(answer);
                if (answer.status() != 200) {
                    throw new CaseFailedException("a report: " + answer.lines());
                }
                if (i >= REPORTS) {
                    seconds.add((System.nanoTime() - begin) / 1e9);
                }
            }
            return REPORTS;
        });
        Collections.sort(seconds);
        return seconds;
    }
}
