package dev.strata.oci;

import dev.strata.problem.RegistryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image's configuration says, as far as a registry reads it: OCI Image Specification, config.md, and the fields
 * that Docker adds.
 *
 * @param platform what the image runs on; empty where it does not say, or says something that cannot be
 * @param env the environment of its commands, {@code NAME=value} each, in its order
 * @param user the user of its commands; empty for the default
 * @param workingDir the directory of its commands; empty for the default
 * @param labels what is said about it, by name
 * @param shell what the shell form of an instruction is run by; empty for the default
 * @param diffIds the digests of its layers' uncompressed tars, the lowest first
 * @param history how it was made, the first instruction first; empty where it does not say
 */
public record ImageConfig(
        Optional<Platform> platform,
        List<String> env,
        String user,
        String workingDir,
        Map<String, String> labels,
        List<String> shell,
        List<Digest> diffIds,
        List<History> history) {

    /** The largest that is read, in bytes. */
    public static final int MAX_SIZE = 8 * 1024 * 1024;

    public ImageConfig {
        env = List.copyOf(env);
        labels = Map.copyOf(labels);
        shell = List.copyOf(shell);
        diffIds = List.copyOf(diffIds);
        history = List.copyOf(history);
    }

    /**
     * Reads a configuration. A field that it does not know, or that has an odd value, is left out: only the diff IDs
     * have to be right, since nothing can be said of an image without them.
     *
     * @throws RegistryException CONFIG_INVALID with what is wrong and where, also for more than {@link #MAX_SIZE} bytes
     */
    public static ImageConfig parse(byte[] content) {
        return new ImageConfigParser().parse(content);
    }

    /**
     * The stack of its layers; empty for an image without any.
     *
     * @throws RegistryException DIGEST_INVALID where a diff ID is no sha256 digest
     */
    public Optional<ChainId> chainId() {
        return ChainId.ofLayers(diffIds);
    }
}
