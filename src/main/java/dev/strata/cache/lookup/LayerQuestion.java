package dev.strata.cache.lookup;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.cache.ReadPolicy;
import dev.strata.oci.Platform;
import dev.strata.oci.RepositoryName;
import dev.strata.step.Content;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the layer for an instruction on a parent exists.
 *
 * @param parent a chain ID, {@code scratch}, or a tag or a manifest's digest of the repository
 * @param instruction one instruction of a Dockerfile
 * @param content what it copies
 * @param surroundings what a command sees where the parent is a bare chain ID
 * @param readable the repositories whose images may be parents
 */
public record LayerQuestion(
        RepositoryName repository,
        String parent,
        String instruction,
        Platform platform,
        Optional<Content> content,
        Optional<Surroundings> surroundings,
        ReadableRepositories readable,
        ReadPolicy policy) {

    /** What a command sees besides its file system. Each is the default where it is empty. */
    public record Surroundings(Map<String, String> env, String user, String cwd) {}

    /** How well an entry fits. */
    public enum Match {
        /** All that the step can see is the same. */
        EXACT,
        /** The instruction on that parent is the same; what else it sees was not said. */
        INSTRUCTION
    }

    /**
     * The answer.
     *
     * @param match how well the entry fits that was found
     */
    public record Answer(Lookup lookup, Match match) {}
}
