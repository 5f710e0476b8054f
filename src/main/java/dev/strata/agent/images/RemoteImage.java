package dev.strata.agent.images;

import dev.strata.agent.connection.Http;
import dev.strata.oci.ChainId;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image as its registry describes it.
 *
 * @param name its name by digest
 * @param layers the layers, the lowest first
 * @param configDigest the configuration's identity
 * @param config the configuration with all its fields, also those that only some builder knows
 */
public record RemoteImage(ImageName name, List<Descriptor> layers, Digest configDigest, ObjectNode config) {

    /** The digests of the uncompressed layers, the lowest first. */
    public List<Digest> diffIds() {
        List<Digest> diffIds = new ArrayList<>();
        for (JsonNode diffId : config.path("rootfs").path("diff_ids")) {
            diffIds.add(Digest.of(diffId.asString("")));
        }
        return List.copyOf(diffIds);
    }

    public Optional<ChainId> chainId() {
        return ChainId.ofLayers(diffIds());
    }

    /** The history's entries, the first first. */
    public List<ObjectNode> history() {
        List<ObjectNode> entries = new ArrayList<>();
        for (JsonNode entry : config.path("history")) {
            entries.add(entry instanceof ObjectNode object ? object : Http.JSON.createObjectNode());
        }
        return entries;
    }

    /** The configuration but for layers, history and what tells of one container or moment. */
    public ObjectNode bare() {
        return config.deepCopy()
                .remove(List.of("history", "rootfs", "created", "container", "container_config", "id", "parent"));
    }
}
