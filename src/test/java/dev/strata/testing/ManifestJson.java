package dev.strata.testing;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes manifests, also such as no honest client would write. Each step returns a manifest of its own. */
public record ManifestJson(MediaType mediaType, ObjectNode json) {

    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** An OCI image of this configuration and these layers. */
    public static ManifestJson image(byte[] config, byte[]... layers) {
        ManifestJson manifest = empty(MediaType.OCI_MANIFEST);
        manifest.json.set("config", descriptor(CONFIG, Content.sha256(config), config.length));
        ArrayNode array = manifest.json.putArray("layers");
        for (byte[] layer : layers) {
            array.add(descriptor(LAYER, Content.sha256(layer), layer.length));
        }
        return manifest;
    }

    /** An OCI index of these descriptors. */
    public static ManifestJson index(ObjectNode... descriptors) {
        ManifestJson manifest = empty(MediaType.OCI_INDEX);
        ArrayNode array = manifest.json.putArray("manifests");
        for (ObjectNode descriptor : descriptors) {
            array.add(descriptor);
        }
        return manifest;
    }

    private static ManifestJson empty(MediaType mediaType) {
        ObjectNode json = JSON.createObjectNode();
        json.put("schemaVersion", 2);
        json.put("mediaType", mediaType.value());
        return new ManifestJson(mediaType, json);
    }

    public static ObjectNode descriptor(String mediaType, Digest digest, long size) {
        ObjectNode descriptor = JSON.createObjectNode();
        descriptor.put("mediaType", mediaType);
        descriptor.put("digest", digest.toString());
        // As a parser reads it, so that descriptors can be compared.
        descriptor.set("size", JSON.readTree(String.valueOf(size)));
        return descriptor;
    }

    /** As another type, which the JSON names too. */
    public ManifestJson as(MediaType other) {
        ManifestJson copy = new ManifestJson(other, json.deepCopy());
        copy.json.put("mediaType", other.value());
        return copy;
    }

    public ManifestJson subject(Digest subject) {
        return set("subject", descriptor(MediaType.OCI_MANIFEST.value(), subject, 100));
    }

    public ManifestJson artifactType(String artifactType) {
        ManifestJson copy = copy();
        copy.json.put("artifactType", artifactType);
        return copy;
    }

    public ManifestJson annotation(String name, String value) {
        ManifestJson copy = copy();
        copy.json.withObject("/annotations").put(name, value);
        return copy;
    }

    public ManifestJson layer(ObjectNode descriptor) {
        ManifestJson copy = copy();
        copy.json.withArray("/layers").add(descriptor);
        return copy;
    }

    private ManifestJson set(String field, ObjectNode value) {
        ManifestJson copy = copy();
        copy.json.set(field, value);
        return copy;
    }

    private ManifestJson copy() {
        return new ManifestJson(mediaType, json.deepCopy());
    }

    public byte[] bytes() {
        return JSON.writeValueAsBytes(json);
    }

    public Digest digest() {
        return Content.sha256(bytes());
    }

    /** How an index or a subject refers to it. */
    public ObjectNode descriptor() {
        return descriptor(mediaType.value(), digest(), bytes().length);
    }
}
