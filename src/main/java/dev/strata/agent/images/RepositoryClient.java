package dev.strata.agent.images;

import dev.strata.agent.AgentException;
import dev.strata.agent.connection.Http.Request;
import dev.strata.agent.connection.Http;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.MediaType;
import dev.strata.oci.Platform;
import dev.strata.oci.Reference;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One repository of a registry: OCI Distribution Specification, as far as a build needs it. */
public final class RepositoryClient {

    static final String ACCEPT = String.join(
            ", ",
            MediaType.OCI_MANIFEST.value(),
            MediaType.OCI_INDEX.value(),
            MediaType.DOCKER_MANIFEST.value(),
            MediaType.DOCKER_MANIFEST_LIST.value());

    private static final int MOST_TAGS = 100;
    /** How many indices may lie within each other. */
    static final int DEEPEST_INDEX = 4;

    private final Http http;
    private final ImageName image;

    /** @param image any image of the repository */
    public RepositoryClient(Http http, ImageName image) {
        this.http = http;
        this.image = image;
    }

    public Http http() {
        return http;
    }

    /** The path of an endpoint of this repository. */
    public String path(String endpoint) {
        return "/v2/" + image.repository() + "/" + endpoint;
    }

    /**
     * The image of a platform: its manifest and configuration, no layer.
     *
     * @return empty where there is no such image
     * @throws AgentException REGISTRY for an answer that is no image, INVALID where there is none for the platform
     */
    public Optional<RemoteImage> image(Reference reference, Platform platform) {
        try {
            return image(reference, platform, DEEPEST_INDEX);
        } catch (JacksonException | RegistryException e) {
            throw new AgentException(
                    AgentException.Outcome.REGISTRY, image.with(reference) + " is no image: " + e.getMessage(), e);
        }
    }

    private Optional<RemoteImage> image(Reference reference, Platform platform, int depth) {
        HttpResponse<byte[]> answer = http.send(Request.get(path("manifests/" + reference), "Accept", ACCEPT));
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        byte[] content = require(answer, 200, "manifest " + reference).body();
        Digest digest = reference instanceof Digest named
                ? requireContent(named, content)
                : Digest.ofContent(DigestAlgorithm.SHA256, content);
        JsonNode manifest = Http.JSON.readTree(content);
        return Optional.of(
                manifest.path("manifests").isArray()
                        ? oneOf(manifest.path("manifests"), reference, platform, depth)
                        : image(manifest, digest));
    }

    /** The image of an index that fits best; an entry that does not say its platform is looked at. */
    private RemoteImage oneOf(JsonNode entries, Reference reference, Platform platform, int depth) {
        List<JsonNode> candidates = new ArrayList<>();
        entries.forEach(candidates::add);
        for (JsonNode entry : IndexEntries.bestFirst(candidates, platform)) {
            Digest digest = Digest.of(entry.path("digest").asString(""));
            if (depth > 0) {
                Optional<RemoteImage> found = lookInto(digest, entry, platform, depth - 1);
                if (found.isPresent()) {
                    return found.get();
                }
            }
        }
        throw new AgentException(
                AgentException.Outcome.INVALID, image.with(reference) + " is not there for " + platform);
    }

    private Optional<RemoteImage> lookInto(Digest digest, JsonNode entry, Platform platform, int depth) {
        try {
            return image(digest, platform, depth)
                    .filter(found -> IndexEntries.saysPlatform(entry) || IndexEntries.matches(found.config(), platform));
        } catch (AgentException e) {
            if (e.outcome() == AgentException.Outcome.INVALID) {
                return Optional.empty(); // a nested index without this platform
            }
            throw e;
        }
    }

    private RemoteImage image(JsonNode manifest, Digest digest) {
        List<Descriptor> layers = new ArrayList<>();
        for (JsonNode layer : manifest.path("layers")) {
            layers.add(descriptor(layer));
        }
        Digest config = Digest.of(manifest.path("config").path("digest").asString(""));
        byte[] bytes = require(http.send(Request.get(path("blobs/" + config))), 200, "configuration " + config).body();
        requireContent(config, bytes);
        if (!(Http.JSON.readTree(bytes) instanceof ObjectNode json)) {
            throw new AgentException(AgentException.Outcome.REGISTRY, image.with(digest) + " has no configuration");
        }
        return new RemoteImage(image.with(digest), List.copyOf(layers), config, json);
    }

    /**
     * A manifest of any kind.
     *
     * @param type the one under which the registry keeps it
     * @param content its bytes, of this digest
     */
    public record Fetched(Digest digest, String type, byte[] content) {}

    /** The manifest that a reference names, whatever it is; empty where it names nothing. */
    public Optional<Fetched> manifest(Reference reference) {
        HttpResponse<byte[]> answer = http.send(Request.get(path("manifests/" + reference), "Accept", ACCEPT));
        if (answer.statusCode() == 404) {
            return Optional.empty();
        }
        byte[] content = require(answer, 200, "manifest " + reference).body();
        Digest digest = reference instanceof Digest named
                ? requireContent(named, content)
                : Digest.ofContent(DigestAlgorithm.SHA256, content);
        return Optional.of(new Fetched(digest, answer.headers().firstValue("Content-Type").orElse(""), content));
    }

    /** Whether the repository has a manifest. */
    public boolean has(Digest manifest) {
        return http.send(Request.of("HEAD", path("manifests/" + manifest), "Accept", ACCEPT)).statusCode() == 200;
    }

    /**
     * A blob as a stream, which the caller closes.
     *
     * @return empty where it is not there
     */
    public Optional<InputStream> blob(Digest digest) {
        HttpResponse<InputStream> answer = http.open(Request.get(path("blobs/" + digest)));
        if (answer.statusCode() == 200) {
            return Optional.of(answer.body());
        }
        try (InputStream _ = answer.body()) {
            if (answer.statusCode() == 404) {
                return Optional.empty();
            }
            throw refused("blob " + digest, answer.statusCode(), "");
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.REGISTRY, "blob " + digest + " was cut off", e);
        }
    }

    /** The digest of what a reference names; empty where it names nothing. */
    public Optional<Digest> digest(Reference reference) {
        HttpResponse<byte[]> answer = http.send(Request.get(path("manifests/" + reference), "Accept", ACCEPT));
        return answer.statusCode() == 200
                ? Optional.of(Digest.ofContent(DigestAlgorithm.SHA256, answer.body()))
                : Optional.empty();
    }

    /** Whether the repository has a blob, and where it has not, whether it could be linked from another one. */
    public boolean hasOrMounts(Digest digest) {
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
    public void copy(Descriptor blob, RepositoryClient from) {
        HttpResponse<InputStream> content = from.http.open(Request.get(from.path("blobs/" + blob.digest())));
        try (CountedStream stream = new CountedStream(content.body())) {
            if (content.statusCode() != 200) {
                throw refused("blob " + blob.digest(), content.statusCode(), "");
            }
            HttpResponse<byte[]> opened = require(http.send(Request.of("POST", path("blobs/uploads/"))), 202, "an upload");
            String location = opened.headers().firstValue("Location").orElseThrow(() -> refused("an upload", 202, "no Location"));
            Request put = new Request(
                    "PUT",
                    location + (location.indexOf('?') < 0 ? "?" : "&") + "digest=" + blob.digest(),
                    BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> stream), blob.size()),
                    Optional.empty(),
                    "Content-Type",
                    "application/octet-stream");
            require(http.transfer(put, stream::count), 201, "blob " + blob.digest());
        } catch (IOException e) {
            throw new AgentException(AgentException.Outcome.REGISTRY, "blob " + blob.digest() + " was cut off", e);
        }
    }

    /** Stores a small blob. */
    Digest putBlob(byte[] content) {
        Digest digest = Digest.ofContent(DigestAlgorithm.SHA256, content);
        Request post = new Request(
                "POST",
                path("blobs/uploads/?digest=" + digest),
                BodyPublishers.ofByteArray(content),
                Optional.empty(),
                "Content-Type",
                "application/octet-stream");
        require(http.send(post), 201, "blob " + digest);
        return digest;
    }

    /** Stores a manifest, under a tag or under its own digest. */
    public Digest putManifest(Optional<Reference> reference, MediaType type, byte[] content) {
        Digest digest = Digest.ofContent(DigestAlgorithm.SHA256, content);
        Request put = new Request(
                "PUT",
                path("manifests/" + reference.map(Object::toString).orElse(digest.toString())),
                BodyPublishers.ofByteArray(content),
                Optional.empty(),
                "Content-Type",
                type.value());
        require(http.send(put), 201, "manifest " + digest);
        return digest;
    }

    /** Some of the tags that come behind a text, in their order; none where the registry does not say. */
    public List<String> tagsAfter(String text) {
        List<String> tags = new ArrayList<>();
        HttpResponse<byte[]> answer = http.send(
                Request.get(path("tags/list?n=" + MOST_TAGS + "&last=" + text)).within(http.limits().question()));
        json(answer).ifPresent(json -> json.path("tags").forEach(tag -> tags.add(tag.asString(""))));
        return tags;
    }

    static Optional<JsonNode> json(HttpResponse<byte[]> answer) {
        try {
            return answer.statusCode() == 200 ? Optional.of(Http.JSON.readTree(answer.body())) : Optional.empty();
        } catch (JacksonException none) {
            return Optional.empty();
        }
    }

    /**
     * Reads the descriptor of a layer.
     *
     * @throws RegistryException where it is none
     */
    public static Descriptor descriptor(JsonNode json) {
        Map<String, String> annotations = new TreeMap<>();
        json.path("annotations").properties().forEach(each -> {
            if (each.getValue().isString()) {
                annotations.put(each.getKey(), each.getValue().stringValue());
            }
        });
        return new Descriptor(
                MediaType.of(json.path("mediaType").asString("")),
                Digest.of(json.path("digest").asString("")),
                json.path("size").asLong(0),
                Optional.empty(),
                annotations);
    }

    /** What is asked for by digest is that, whoever answers. */
    private Digest requireContent(Digest digest, byte[] content) {
        if (!Digest.ofContent(digest.algorithm(), content).equals(digest)) {
            throw new AgentException(
                    AgentException.Outcome.REGISTRY, image.registry() + " answers other content for " + digest);
        }
        return digest;
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
                "%s answers %d for %s of %s: %s%s"
                        .formatted(
                                image.registry(),
                                status,
                                what,
                                image.repository(),
                                body.strip(),
                                status == 401 ? "; log in with: strata login " + image.registry() : ""));
    }
}
