package dev.strata.access.robots;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.database.columns.ColumnText;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.springframework.scheduling.annotation.Scheduled;

/** Notes when and from where robots signed in last, and writes it once a minute: no request waits for it. */
public class RobotUses {

    private static final int LONGEST_ADDRESS = 64;

    private record Use(Instant at, String from) {}

    private final Robots robots;
    private final Clock clock;
    private final Cache<String, Use> unwritten = Caffeine.newBuilder().maximumSize(10_000).build();

    RobotUses(Robots robots, Clock clock) {
        this.robots = robots;
        this.clock = clock;
    }

    public void note(String robot, String address) {
        unwritten.put(robot, new Use(clock.instant(), ColumnText.of(address, LONGEST_ADDRESS)));
    }

    @Scheduled(fixedDelayString = "PT1M")
    void write() {
        for (Map.Entry<String, Use> use : unwritten.asMap().entrySet()) {
            if (unwritten.asMap().remove(use.getKey(), use.getValue())) {
                robots.noteUse(use.getKey(), use.getValue().at(), use.getValue().from());
            }
        }
    }
}
