package dev.strata.agent.images;

import static dev.strata.agent.images.RepositoryClient.json;

import dev.strata.agent.connection.Http.Request;
import dev.strata.agent.connection.Http;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Reference;
import dev.strata.problem.RegistryException;
import java.net.http.HttpResponse;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Removes images that are unlike any other from a repository. Where the registry does not allow that, they stay. */
public final class ImageRemoval {

    /** The type of what BuildKit attests of a build, its arguments among it. */
    private static final String ATTESTATION = "application/vnd.in-toto";

    private final RepositoryClient repository;
    private final Http http;

    public ImageRemoval(RepositoryClient repository) {
        this.repository = repository;
        this.http = repository.http();
    }

    /**
     * Removes a tag, and the image that it names but for its layers: manifest and configuration, and where it is an index,
     * all that it lists, with what is attested of them.
     */
    public void remove(Reference tag) {
        HttpResponse<byte[]> answer = get("manifests/" + tag);
        json(answer).ifPresent(manifest -> {
            delete("manifests/" + tag);
            remove(Digest.ofContent(DigestAlgorithm.SHA256, answer.body()), manifest, RepositoryClient.DEEPEST_INDEX);
        });
    }

    private void remove(Digest digest, JsonNode manifest, int depth) {
        delete("manifests/" + digest);
        for (JsonNode child : depth > 0 ? manifest.path("manifests") : Http.JSON.createArrayNode()) {
            digest(child).ifPresent(named ->
                    json(get("manifests/" + named)).ifPresent(found -> remove(named, found, depth - 1)));
        }
        digest(manifest.path("config")).ifPresent(config -> delete("blobs/" + config));
        for (JsonNode layer : manifest.path("layers")) {
            if (layer.path("mediaType").asString("").startsWith(ATTESTATION)) {
                digest(layer).ifPresent(attested -> delete("blobs/" + attested));
            }
        }
    }

    private HttpResponse<byte[]> get(String endpoint) {
        return http.send(Request.get(repository.path(endpoint), "Accept", RepositoryClient.ACCEPT));
    }

    private void delete(String endpoint) {
        http.send(Request.of("DELETE", repository.path(endpoint)));
    }

    private static Optional<Digest> digest(JsonNode descriptor) {
        try {
            return Optional.of(Digest.of(descriptor.path("digest").asString("")));
        } catch (RegistryException none) {
            return Optional.empty();
        }
    }
}
