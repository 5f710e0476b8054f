package dev.strata.agent.plan;

import dev.strata.dockerfile.Dockerfile;
import dev.strata.oci.Platform;
import java.util.List;
import java.util.Optional;

/**
 * What a build consists of.
 *
 * @param dockerfile the file
 * @param platform what is built for, and what the images are for that files are taken from
 * @param targetStage what the target is called, where a stage asks for that
 * @param stages the stages that are needed, in the file's order; the last is the one that is built
 */
public record BuildPlan(Dockerfile dockerfile, Platform platform, Optional<String> targetStage, List<StagePlan> stages) {

    public StagePlan target() {
        return stages.getLast();
    }

    Optional<StagePlan> stage(int index) {
        return stages.stream().filter(stage -> stage.index() == index).findFirst();
    }
}
