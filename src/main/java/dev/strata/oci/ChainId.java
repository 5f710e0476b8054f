package dev.strata.oci;

import dev.strata.problem.RegistryException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The identity of a stack of layers, whatever their compression: OCI Image Specification, config.md, section "Layer
 * ChainID".
 */
public record ChainId(Digest digest) {

    /** @throws RegistryException DIGEST_INVALID for another algorithm than sha256 */
    public ChainId {
        if (digest.algorithm() != DigestAlgorithm.SHA256) {
            throw Digest.invalid(digest.toString(), "a chain ID is a sha256 digest");
        }
    }

    /** Whether these layers have a chain ID here; of other algorithms only some stacks would have one. */
    public static boolean isOfAll(List<Digest> diffIds) {
        return diffIds.stream().allMatch(diffId -> diffId.algorithm() == DigestAlgorithm.SHA256);
    }

    /** @throws RegistryException DIGEST_INVALID for what is no sha256 digest */
    public static ChainId of(String text) {
        return new ChainId(Digest.of(text));
    }

    /**
     * The stack of these layers, the lowest first; empty for no layers at all.
     *
     * @throws RegistryException DIGEST_INVALID where a diff ID is no sha256 digest
     */
    public static Optional<ChainId> ofLayers(List<Digest> diffIds) {
        Optional<ChainId> chain = Optional.empty();
        for (Digest diffId : diffIds) {
            chain = Optional.of(above(chain, diffId));
        }
        return chain;
    }

    /** The stack that comes of laying a layer on another stack, or on nothing. */
    public static ChainId above(Optional<ChainId> parent, Digest diffId) {
        if (parent.isEmpty()) {
            return new ChainId(diffId);
        }
        return new ChainId(chain(parent.get().digest(), diffId));
    }

    /** How a stack is named that comes of laying something on another one, whatever names these two. */
    public static Digest chain(Digest below, Digest above) {
        return Digest.ofContent(DigestAlgorithm.SHA256, (below + " " + above).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return digest.toString();
    }
}
