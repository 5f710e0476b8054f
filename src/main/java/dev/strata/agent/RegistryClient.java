package dev.strata.agent;

import dev.strata.agent.Http.Request;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.MediaType;
import dev.strata.oci.Platform;
import dev.strata.oci.Reference;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One repository of a registry: OCI Distribution Specification, as far as a build needs it. */
final class RegistryClient {

    private static final String ACCEPT = String.join(
            ", ",
            MediaType.OCI_MANIFEST.value(),
            MediaType.OCI_INDEX.value(),
            MediaType.DOCKER_MANIFEST.value(),
            MediaType.DOCKER_MANIFEST_LIST.value());
    private static final Duration TRANSFER = Duration.ofMinutes(30);

    private final Http http;
    private final ImageName image;

    /** @param image any image of the repository */
    RegistryClient(Http http, ImageName image) {
        this.http = http;
        this.image = image;
    }

    Http http() {
        return http;
    }

    /** The path of an endpoint of this repository. */
    String path(String endpoint) {
        return "/v2/" + image.repository() + "/" + endpoint;
    }

    /**
     * The image of a platform: its manifest and configuration, no layer.
     *
     * @return empty where there is no such image
     * @throws AgentException REGISTRY for an answer that is no image
     */
    Optional<RemoteImage> image(Reference reference, Platform platform) {
        HttpResponse<byte[]> answer = http.send(Request.get(path("manifests/" + reference), "Accept", ACCEPT));
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        JsonNode manifest = Http.JSON.readTree(require(answer, 200, "manifest " + reference).body());
        if (manifest.has("manifests")) {
            for (JsonNode entry : manifest.get("manifests")) {
                if (isFor(entry.path("platform"), platform)) {
                    return image(Digest.of(entry.path("digest").asString("")), platform);
                }
            }
            throw new AgentException(
                    AgentException.Outcome.INVALID, image.with(reference) + " is not there for " + platform);
        }
        List<Descriptor> layers = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            layers.add(descriptor(layer));
        }
        Digest config = Digest.of(manifest.path("config").path("digest").asString(""));
        byte[] bytes = require(http.send(Request.get(path("blobs/" + config))), 200, "configuration " + config).body();
        Digest digest = Digest.ofContent(DigestAlgorithm.SHA256, answer.body());
        return Optional.of(
                new RemoteImage(image.with(digest), List.copyOf(layers), (ObjectNode) Http.JSON.readTree(bytes)));
    }

    /** Whether the repository has a blob, and where it has not, whether it could be linked from another one. */
    boolean hasOrMounts(Digest digest) {
        if (http.send(Request.of("HEAD", path("blobs/" + digest))).statusCode() == 200) {
            return true;
        }
        HttpResponse<byte[]> answer = http.send(Request.of("POST", path("blobs/uploads/?mount=" + digest)));
        if (answer.statusCode() == 201) {
            return true;
        }
        answer.headers().firstValue("Location").ifPresent(opened -> http.send(Request.of("DELETE", opened)));
        return false;
    }

    /** Copies a blob from another repository, as a stream. */
    void copy(Descriptor blob, RegistryClient from) {
        HttpResponse<InputStream> content = from.http.send(
                Request.get(from.path("blobs/" + blob.digest())).within(TRANSFER), BodyHandlers.ofInputStream());
        if (content.statusCode() != 200) {
            throw refused("blob " + blob.digest(), content.statusCode(), "");
        }
        HttpResponse<byte[]> opened = require(http.send(Request.of("POST", path("blobs/uploads/"))), 202, "an upload");
        String location = opened.headers().firstValue("Location").orElseThrow();
        Request put = new Request(
                "PUT",
                location + (URI.create(location).getQuery() == null ? "?" : "&") + "digest=" + blob.digest(),
                BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(content::body), blob.size()),
                TRANSFER,
                "Content-Type",
                "application/octet-stream");
        require(http.send(put), 201, "blob " + blob.digest());
    }

    /** Stores a small blob. */
    Digest putBlob(byte[] content) {
        Digest digest = Digest.ofContent(DigestAlgorithm.SHA256, content);
        Request post = new Request(
                "POST",
                path("blobs/uploads/?digest=" + digest),
                BodyPublishers.ofByteArray(content),
                TRANSFER,
                "Content-Type",
                "application/octet-stream");
        require(http.send(post), 201, "blob " + digest);
        return digest;
    }

    /** Stores a manifest, under a tag or under its own digest. */
    Digest putManifest(Optional<Reference> reference, MediaType type, byte[] content) {
        Digest digest = Digest.ofContent(DigestAlgorithm.SHA256, content);
        Request put = new Request(
                "PUT",
                path("manifests/" + reference.map(Object::toString).orElse(digest.toString())),
                BodyPublishers.ofByteArray(content),
                TRANSFER,
                "Content-Type",
                type.value());
        require(http.send(put), 201, "manifest " + digest);
        return digest;
    }

    /** Removes a tag; where the registry does not allow that, it stays. */
    void removeTag(Reference tag) {
        http.send(Request.of("DELETE", path("manifests/" + tag)));
    }

    static Descriptor descriptor(JsonNode json) {
        return new Descriptor(
                MediaType.of(json.path("mediaType").asString("")),
                Digest.of(json.path("digest").asString("")),
                json.path("size").asLong(0),
                Optional.empty(),
                Map.of());
    }

    private HttpResponse<byte[]> require(HttpResponse<byte[]> answer, int status, String what) {
        if (answer.statusCode() == status) {
            return answer;
        }
        throw refused(what, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
    }

    private AgentException refused(String what, int status, String body) {
        return new AgentException(
                AgentException.Outcome.REGISTRY,
                "%s answers %d for %s of %s: %s"
                        .formatted(image.registry(), status, what, image.repository(), body.strip()));
    }

    private static boolean isFor(JsonNode given, Platform platform) {
        String variant = given.path("variant").asString("");
        return given.path("os").asString("").equals(platform.os())
                && given.path("architecture").asString("").equals(platform.architecture())
                && (variant.isEmpty() || platform.variant().isEmpty() || platform.variant().get().equals(variant));
    }
}
