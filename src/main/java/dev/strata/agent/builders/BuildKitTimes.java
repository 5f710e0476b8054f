package dev.strata.agent.builders;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads from BuildKit's plain progress how long each layer took. */
final class BuildKitTimes {

    /** As in {@code #12 [build 3/7] RUN make}; the first of a stage is its FROM. */
    private static final Pattern STEP = Pattern.compile("#(\\d+) \\[(?:\\S+ )*(\\d+)/\\d+\\] .*");
    private static final Pattern DONE = Pattern.compile("#(\\d+) DONE (\\d+(?:\\.\\d+)?)s.*");

    private final Map<String, Integer> layers = new HashMap<>();
    private final Map<Integer, Duration> times = new HashMap<>();

    void read(String line) {
        Matcher step = STEP.matcher(line);
        if (step.matches() && Integer.parseInt(step.group(2)) > 1) {
            layers.put(step.group(1), Integer.parseInt(step.group(2)) - 2);
            return;
        }
        Matcher done = DONE.matcher(line);
        if (done.matches() && layers.containsKey(done.group(1))) {
            long millis = new BigDecimal(done.group(2)).movePointRight(3).longValue();
            times.put(layers.get(done.group(1)), Duration.ofMillis(millis));
        }
    }

    Map<Integer, Duration> times() {
        return times;
    }
}
