package dev.strata.oci;

import dev.strata.json.StrictJson;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads manifests. */
final class ManifestParser {

    private static final int MOST_DESCRIPTORS = 10_000;

    private final MediaType contentType;

    ManifestParser(MediaType contentType) {
        this.contentType = contentType;
    }

    Manifest parse(byte[] content) {
        JsonNode manifest = StrictJson.read(content, "the manifest", Problem.MANIFEST_INVALID);
        if (!manifest.isObject()) {
            throw invalid("a manifest is a JSON object", "$");
        }
        JsonNode version = manifest.path("schemaVersion");
        // The artifact manifest of image-spec 1.1's release candidates has none.
        if (!contentType.equals(MediaType.OCI_ARTIFACT) && !(version.isInt() && version.intValue() == 2)) {
            throw invalid("schemaVersion must be 2", "schemaVersion");
        }
        Optional<MediaType> mediaType = mediaType(manifest, "mediaType");
        if (mediaType.isPresent() && !mediaType.get().equals(contentType)) {
            throw new RegistryException(
                    Problem.MANIFEST_INVALID,
                    "the manifest's mediaType and the Content-Type differ",
                    Map.of("mediaType", mediaType.get().value(), "contentType", contentType.value()));
        }
        if (contentType.equals(MediaType.OCI_MANIFEST) || contentType.equals(MediaType.DOCKER_MANIFEST)) {
            return image(manifest);
        }
        if (contentType.equals(MediaType.OCI_INDEX) || contentType.equals(MediaType.DOCKER_MANIFEST_LIST)) {
            return index(manifest);
        }
        if (contentType.equals(MediaType.OCI_ARTIFACT)) {
            return artifact(manifest);
        }
        throw new RegistryException(
                Problem.MANIFEST_INVALID,
                "the media type is not one of a manifest",
                Map.of("mediaType", contentType.value()));
    }

    private Manifest image(JsonNode manifest) {
        if (!isAbsent(manifest.get("manifests"))) {
            throw invalid("an image manifest has no manifests, that is an index", "manifests");
        }
        List<Descriptor> blobs = new ArrayList<>();
        Descriptor config = descriptor(required(manifest, "config"), "config");
        blobs.add(config);
        blobs.addAll(descriptors(manifest, "layers"));
        Optional<MediaType> artifactType = mediaType(manifest, "artifactType");
        return new Manifest.Image(
                contentType,
                artifactType.or(() -> Optional.of(config.mediaType())),
                List.copyOf(blobs),
                subject(manifest),
                annotations(manifest));
    }

    private Manifest artifact(JsonNode manifest) {
        return new Manifest.Image(
                contentType,
                mediaType(manifest, "artifactType"),
                isAbsent(manifest.get("blobs")) ? List.of() : descriptors(manifest, "blobs"),
                subject(manifest),
                annotations(manifest));
    }

    private Manifest index(JsonNode manifest) {
        if (!isAbsent(manifest.get("layers")) || !isAbsent(manifest.get("config"))) {
            throw invalid("an index has neither config nor layers, that is an image manifest", "layers");
        }
        return new Manifest.Index(
                contentType,
                mediaType(manifest, "artifactType"),
                descriptors(manifest, "manifests"),
                subject(manifest),
                annotations(manifest));
    }

    private static Optional<Digest> subject(JsonNode manifest) {
        JsonNode subject = manifest.get("subject");
        return isAbsent(subject)
                ? Optional.empty()
                : Optional.of(descriptor(subject, "subject").digest());
    }

    /** The field has to be there, but may be null: so programs in Go write an empty list. */
    private static List<Descriptor> descriptors(JsonNode manifest, String field) {
        JsonNode array = manifest.get(field);
        if (array == null) {
            throw invalid(field + " is missing", field);
        }
        if (array.isNull()) {
            return List.of();
        }
        if (!array.isArray()) {
            throw invalid(field + " must be an array", field);
        }
        if (array.size() > MOST_DESCRIPTORS) {
            throw invalid(field + " has more than " + MOST_DESCRIPTORS + " descriptors", field);
        }
        List<Descriptor> descriptors = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            descriptors.add(descriptor(element, field + "[" + descriptors.size() + "]"));
        }
        return List.copyOf(descriptors);
    }

    private static Descriptor descriptor(JsonNode node, String path) {
        if (!node.isObject()) {
            throw invalid(path + " must be a descriptor", path);
        }
        JsonNode digest = node.path("digest");
        if (!digest.isString()) {
            throw invalid(path + ".digest must be a string", path + ".digest");
        }
        JsonNode size = node.path("size");
        if (!size.isIntegralNumber() || !size.canConvertToLong()) {
            throw invalid(path + ".size must be an integer", path + ".size");
        }
        MediaType mediaType = mediaType(node, "mediaType")
                .orElseThrow(() -> invalid(path + ".mediaType is missing", path + ".mediaType"));
        try {
            return new Descriptor(
                    mediaType,
                    Digest.of(digest.stringValue()),
                    size.longValue(),
                    mediaType(node, "artifactType"),
                    Platform.read(node.path("platform")),
                    annotations(node));
        } catch (RegistryException e) {
            throw new RegistryException(
                    Problem.MANIFEST_INVALID,
                    path + ": " + e.getMessage(),
                    Map.of("field", path, "digest", digest.stringValue()),
                    e);
        }
    }

    /** A value may be null: programs in Go read that as an empty text. */
    private static Map<String, String> annotations(JsonNode manifest) {
        JsonNode annotations = manifest.get("annotations");
        if (isAbsent(annotations)) {
            return Map.of();
        }
        if (!annotations.isObject()) {
            throw invalid("annotations must be an object", "annotations");
        }
        Map<String, String> result = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            JsonNode value = annotation.getValue();
            if (!value.isString() && !value.isNull()) {
                throw invalid("an annotation's value must be a string", "annotations." + annotation.getKey());
            }
            result.put(annotation.getKey(), value.stringValue(""));
        }
        return result;
    }

    private static Optional<MediaType> mediaType(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (isAbsent(value) || value.isString() && value.stringValue().isEmpty()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw invalid(field + " must be a string", field);
        }
        return Optional.of(MediaType.of(value.stringValue()));
    }

    private static JsonNode required(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (isAbsent(value)) {
            throw invalid(field + " is missing", field);
        }
        return value;
    }

    private static boolean isAbsent(@Nullable JsonNode node) {
        return node == null || node.isNull();
    }

    static RegistryException invalid(String message, String field) {
        return new RegistryException(Problem.MANIFEST_INVALID, message, Map.of("field", field));
    }
}
