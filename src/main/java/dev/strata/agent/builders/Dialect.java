package dev.strata.agent.builders;

import dev.strata.dockerfile.Instruction;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.oci.MediaType;
import dev.strata.step.BuildState;
import java.util.List;

/** How a family of builders reads a Dockerfile and writes an image down: its media types, and what leaves a layer. */
public enum Dialect {
    /** BuildKit, and the docker engine since version 23. */
    BUILDKIT(MediaType.OCI_MANIFEST),
    /** The BuildKit in docker engines up to version 20.10. */
    DOCKER_20(MediaType.DOCKER_MANIFEST),
    /** buildah and podman. */
    BUILDAH(MediaType.OCI_MANIFEST);

    private final MediaType manifestType;

    Dialect(MediaType manifestType) {
        this.manifestType = manifestType;
    }

    public MediaType manifestType() {
        return manifestType;
    }

    /** What the history says of the builder. */
    public String comment() {
        return this == BUILDAH ? "" : "buildkit.dockerfile.v0";
    }

    /** How patterns of an ignore file count. */
    public IgnorePatterns.Rule ignoreRule() {
        return switch (this) {
            case BUILDKIT -> IgnorePatterns.Rule.INHERITED;
            case DOCKER_20 -> IgnorePatterns.Rule.ANEW_BY_PARTS;
            case BUILDAH -> IgnorePatterns.Rule.ANEW;
        };
    }

    /** Which of an ENV and an ARG of one name a command sees. */
    public BuildState.Scoping scoping() {
        return this == BUILDAH ? BuildState.Scoping.ENV_WINS : BuildState.Scoping.LAST_WINS;
    }

    /** Whether a stage sees the arguments of the stage that it starts from. */
    public boolean inheritsArguments() {
        return this != BUILDAH;
    }

    /**
     * Whether an instruction adds a layer, be it an empty one.
     *
     * @param workingDir the directory that the image is in when the instruction is through
     */
    public boolean makesLayer(Instruction instruction, String workingDir) {
        return switch (instruction) {
            case Instruction.Run run -> true;
            case Instruction.Transfer transfer -> true;
            case Instruction.Workdir workdir -> this != BUILDAH && !workingDir.equals("/");
            default -> false;
        };
    }

    /** Whether the history has an entry for an instruction. */
    public boolean hasEntry(Instruction instruction) {
        return this == BUILDAH || !(instruction instanceof Instruction.OnBuild);
    }

    /** The shell of CMD and ENTRYPOINT. */
    public List<String> commandShell(BuildState seen) {
        return this == BUILDAH ? BuildState.DEFAULT_SHELL : seen.shell();
    }
}
