package dev.strata.agent.builders;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from the moments at which buildah begins its steps how long each layer took. */
final class BuildahTimes {

    /** As in {@code [2/2] STEP 3/7: RUN make}; the first of a stage is its FROM. */
    private static final Pattern STEP = Pattern.compile("(?:\\[(\\d+)/(\\d+)\\] )?STEP (\\d+)/\\d+: .*");

    private final List<Integer> layerInstructions;
    private final LongSupplier nanoTime;
    private final Map<Integer, Duration> times = new HashMap<>();
    private int instruction = -1;
    private long begun;

    /** @param layerInstructions the instructions behind FROM that make layers, counted from 0 */
    BuildahTimes(List<Integer> layerInstructions, LongSupplier nanoTime) {
        this.layerInstructions = layerInstructions;
        this.nanoTime = nanoTime;
    }

    void read(String line) {
        Matcher step = STEP.matcher(line);
        boolean begins = step.matches();
        if (!begins && !line.startsWith("COMMIT")) {
            return;
        }
        int layer = layerInstructions.indexOf(instruction);
        if (layer >= 0) {
            times.put(layer, Duration.ofNanos(nanoTime.getAsLong() - begun));
        }
        boolean last = begins && (step.group(1) == null || step.group(1).equals(step.group(2)));
        instruction = last ? Integer.parseInt(step.group(3)) - 2 : -1;
        begun = nanoTime.getAsLong();
    }

    Map<Integer, Duration> times() {
        return times;
    }
}
