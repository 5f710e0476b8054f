package dev.strata.agent.cache;

import dev.strata.agent.images.ImageLayer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the cache knows of a build.
 *
 * @param stages by the stage's name
 */
public record Resolution(Map<String, StageResult> stages) {

    /** What is known where the cache cannot be asked: nothing. */
    public static final Resolution NOTHING = new Resolution(Map.of());

    /** What the cache knows of a stage; nothing where it was not asked. */
    public StageResult stage(String name) {
        return stages.getOrDefault(name, new StageResult(List.of()));
    }

    /** @param steps what it says of the steps, in their order; fewer where it was not asked for all */
    public record StageResult(List<StepResult> steps) {

        /** The steps from the first on whose layers are there. */
        public List<Hit> hits() {
            return steps.stream()
                    .takeWhile(step -> step instanceof Hit)
                    .map(step -> (Hit) step)
                    .toList();
        }
    }

    /** What the cache says of a step. */
    public sealed interface StepResult {}

    /**
     * Its layer is there.
     *
     * @param layer what it adds; empty where it changes nothing
     * @param created when it came to be known, where that is said
     * @param scope where the entry was found
     * @param origin the other repository whose entry it is; empty where it is one of this repository
     * @param age how old the entry is
     * @param spared how long the step ran
     */
    public record Hit(
            Optional<ImageLayer> layer,
            Optional<Instant> created,
            String scope,
            String origin,
            Duration age,
            Duration spared)
            implements StepResult {}

    /**
     * It has to be run.
     *
     * @param key the step's key
     * @param reason why there is no layer
     * @param detail what differs, in words
     * @param paths which files differ
     * @param lease the word that others wait for this agent; empty where there is none
     * @param held whether another agent runs it
     */
    public record Miss(String key, String reason, String detail, Paths paths, Optional<Lease> lease, boolean held)
            implements StepResult {}

    /**
     * Some paths of files.
     *
     * @param more how many there are besides those that are named
     */
    public record Paths(List<String> named, int more) {}

    /** Steps before it have to be run first. */
    public record Blocked() implements StepResult {}

    /** It is run afresh, as the user wants it. */
    public record Bypass() implements StepResult {}
}
