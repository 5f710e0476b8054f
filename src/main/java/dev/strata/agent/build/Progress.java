package dev.strata.agent.build;

import dev.strata.agent.cache.Resolution;
import dev.strata.agent.cache.Resolution.StepResult;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.agent.plan.StagePlan;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;

/** What a build tells while it goes on. */
public interface Progress {

    /** Told for people, a line each. */
    static Progress plain(PrintStream out) {
        return new PlainProgress(out);
    }

    /** Told for programs, as a JSON object a line. */
    static Progress json(PrintStream out) {
        return new JsonProgress(out);
    }

    /**
     * How one instruction stands.
     *
     * @param result what the cache says; empty for what makes no layer, and where it was not asked
     */
    void step(StagePlan stage, PlannedInstruction instruction, Optional<StepResult> result);

    /** The layer of a step is there that had to wait, or was missing, when the build began. */
    void found(StagePlan stage, PlannedInstruction instruction, Resolution.Hit hit);

    /** Something that the user should know. */
    void note(String text);

    /** Another agent runs this step; this one waits for it. */
    void waiting(StagePlan stage, PlannedInstruction instruction);

    /** The builder begins with the rest of a stage. */
    void building(StagePlan stage, int steps, String builder);

    /**
     * A line that the builder printed.
     *
     * @param stage the one that it builds; empty where there is only one, or it builds all of them
     */
    void output(String stage, String line);

    /** The image is there. */
    void finished(Summary summary);

    /** The build ends without an image. */
    void failed(String message);

    /**
     * What a build came to.
     *
     * @param image its full name
     * @param digest of its manifest; empty where it was not pushed, or nobody knows it
     * @param hits how many steps were there already
     * @param run how many steps the builder ran
     * @param bytesSpared the layers that were neither pulled, made nor pushed
     * @param timeSpared how long those steps ran when they were made
     * @param took how long this build took
     */
    record Summary(
            String image, String digest, int hits, int run, long bytesSpared, Duration timeSpared, Duration took) {}
}
