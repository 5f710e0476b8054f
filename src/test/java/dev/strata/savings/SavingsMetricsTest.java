package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The figures as Prometheus sees them, and Grafana. */
@RegistryTest
class SavingsMetricsTest {

    private static final Pattern METRIC = Pattern.compile("strata_[a-z_]+");

    @Autowired
    RegistryClient registry;

    @Test
    void thereAreNoMoreSeriesThanFigures() {
        registry.pushImage("metrics/some-name", "some-tag", 600_001);
        registry.pushImage("metrics/other-name", "some-tag", 600_001);
        String metrics = registry.get("/actuator/prometheus").text();
        assertThat(metrics.lines().filter(line -> line.startsWith("strata_savings_"))).hasSizeBetween(20, 40);
        assertThat(metrics).doesNotContain("some-name").doesNotContain("some-tag");
    }

    @Test
    void theDashboardAsksForMetricsThatThereAre() throws IOException {
        String metrics = registry.get("/actuator/prometheus").text();
        JsonNode dashboard = JsonMapper.shared().readTree(Path.of("monitoring", "grafana-dashboard.json").toFile());
        Set<String> asked = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                Matcher metric = METRIC.matcher(target.path("expr").stringValue());
                while (metric.find()) {
                    asked.add(metric.group());
                }
            }
        }
        assertThat(asked)
                .hasSizeGreaterThan(5)
                .contains("strata_savings_set_aside")
                .allSatisfy(metric -> assertThat(metrics).contains("\n" + metric + "{"));
    }
}
