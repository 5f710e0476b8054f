package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.savings.figures.Snapshots;
import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.bean.override.convention.TestBean;
import tools.jackson.databind.JsonNode;

/** The figures as they were. */
@RegistryTest
class SnapshotsTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private static final MovableClock CLOCK = new MovableClock();

    @Autowired
    RegistryClient registry;

    @Autowired
    Snapshots snapshots;

    @TestBean
    Clock clock;

    static Clock clock() {
        return CLOCK;
    }

    @Test
    void everyFigureIsKeptByTheHourAndThenByTheDay() {
        Api api = new Api(registry);
        Instant start = clock.instant().truncatedTo(ChronoUnit.HOURS).plus(HOUR);
        CLOCK.setAhead(Duration.between(Instant.now(), start.plus(HOUR.dividedBy(2)))); // no hour ends meanwhile
        for (int hour = 1; hour <= 3; hour++) {
            registry.pushImage("history/a", "v" + hour, hour);
            CLOCK.moveOn(HOUR); // after the push: the registry may take the next hour's snapshot by itself
            snapshots.take();
            snapshots.take();
        }
        JsonNode history = api.get("/history?from=" + start.plus(HOUR) + "&to=" + start.plus(HOUR.multipliedBy(4)) + "&step=hour");
        assertThat(history.path("times")).hasSize(3);
        JsonNode stored = history.at("/figures/stored");
        assertThat(stored.get(0).longValue()).isPositive().isLessThan(stored.get(1).longValue());
        assertThat(stored.get(2).longValue()).isEqualTo(api.get("").path("stored").longValue());
        assertThat(history.path("figures").propertyNames())
                .contains("as_if_unshared", "saved.total", "saved.tags", "saved.repository", "saved.repositories",
                        "waiting.total", "counts.images", "on_disk.total", "on_disk.unexplained", "transfer.uploaded",
                        "transfer.existing", "transfer.served");

        CLOCK.moveOn(DAY.multipliedBy(40));
        snapshots.take();
        JsonNode hours = api.get("/history?from=" + start + "&to=" + start.plus(DAY) + "&step=hour");
        assertThat(hours.path("times")).as("hours are kept for a month").isEmpty();
        JsonNode days = api.get("/history?from=" + start.minus(DAY) + "&to=" + start.plus(DAY.multipliedBy(42)));
        assertThat(days.path("step").stringValue()).isEqualTo("day");
        assertThat(days.path("times").size()).isBetween(2, 3);

        CLOCK.moveOn(DAY.multipliedBy(367));
        snapshots.take();
        JsonNode year = api.get("/history?from=" + start.minus(DAY) + "&to=" + start.plus(DAY.multipliedBy(42)));
        assertThat(year.path("times")).as("days are kept for a year").isEmpty();
    }
}
