package dev.strata.cache.exports;

import dev.strata.oci.Digest;
import java.util.Optional;

/**
 * A layer on those below it, as results of a build are made of. Two that are the same are one object, made by one
 * {@link LayerStacks}.
 */
final class LayerStack {

    private final Digest blob;
    private final Optional<LayerStack> below;
    private final int height;

    LayerStack(Digest blob, Optional<LayerStack> below) {
        this.blob = blob;
        this.below = below;
        this.height = below.map(LayerStack::height).orElse(0) + 1;
    }

    Digest blob() {
        return blob;
    }

    Optional<LayerStack> below() {
        return below;
    }

    /** How many layers it has. */
    int height() {
        return height;
    }
}
