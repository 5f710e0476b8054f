package dev.strata.upkeep.moving;

import dev.strata.json.StrictJson;
import dev.strata.oci.MediaType;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Which type a manifest has whose type nobody kept: the one that it says. The manifests of OCI need not say it; then one
 * that lists manifests is an index and every other one an image, as the distribution project's registry takes them.
 */
final class FoundType {

    private FoundType() {}

    /**
     * @return empty for Docker's schema 1, which no registry of today takes
     * @throws RegistryException MANIFEST_INVALID for what is no manifest
     */
    static Optional<MediaType> of(byte[] content) {
        JsonNode manifest = StrictJson.read(content, "the manifest", Problem.MANIFEST_INVALID);
        if (manifest.path("schemaVersion").asInt(0) == 1) {
            return Optional.empty();
        }
        String said = manifest.path("mediaType").asString("");
        if (!said.isEmpty()) {
            return Optional.of(MediaType.of(said));
        }
        boolean listsManifests = manifest.hasNonNull("manifests");
        return Optional.of(listsManifests ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST);
    }
}
