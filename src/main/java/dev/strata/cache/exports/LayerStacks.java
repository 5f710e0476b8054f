package dev.strata.cache.exports;

import dev.strata.oci.Digest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes stacks of layers, each once. */
final class LayerStacks {

    /** No builder makes an image of more. */
    private static final int HIGHEST = 500;

    private final Map<Key, LayerStack> made = new HashMap<>();

    private record Key(Digest blob, Optional<LayerStack> below) {}

    /** A layer on others; empty where they are too many. */
    Optional<LayerStack> on(Optional<LayerStack> below, Digest blob) {
        if (below.map(LayerStack::height).orElse(0) >= HIGHEST) {
            return Optional.empty();
        }
        return Optional.of(made.computeIfAbsent(new Key(blob, below), key -> new LayerStack(blob, below)));
    }

    /** Layers from the lowest on; empty where there are none, or too many. */
    Optional<LayerStack> of(List<Digest> blobs) {
        Optional<LayerStack> stack = Optional.empty();
        for (Digest blob : blobs) {
            stack = on(stack, blob);
            if (stack.isEmpty()) {
                return stack;
            }
        }
        return stack;
    }
}
