package dev.strata.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A manifest as a client writes it.
 *
 * @param references what it cannot be pushed without, or for an index what it lists, in its order
 * @param artifactType what the list of referrers must show for it
 */
public record ManifestText(
        String mediaType,
        byte[] content,
        List<Part> references,
        Optional<String> subject,
        Optional<String> artifactType,
        Map<String, String> annotations) {

    public static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
    public static final String INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    /** What a descriptor names. */
    public record Part(String digest, long size) {

        public static Part of(byte[] content) {
            return new Part(Digests.sha256(content), content.length);
        }

        String json(String mediaType) {
            return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
        }
    }

    /** What both kinds may have beside their parts. */
    public record Extras(Optional<String> artifactType, Optional<Part> subject, Map<String, String> annotations) {

        public static final Extras NONE = new Extras(Optional.empty(), Optional.empty(), Map.of());

        public static Extras annotated(String name, String value) {
            return new Extras(Optional.empty(), Optional.empty(), Map.of(name, value));
        }

        public Extras about(Part manifest) {
            return new Extras(artifactType, Optional.of(manifest), annotations);
        }

        private void addTo(List<String> fields) {
            artifactType.ifPresent(type -> fields.add("\"artifactType\":\"" + type + "\""));
            subject.ifPresent(manifest -> fields.add("\"subject\":" + manifest.json(IMAGE)));
            if (!annotations.isEmpty()) {
                fields.add("\"annotations\":" + new TreeMap<>(annotations).entrySet().stream()
                        .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
                        .collect(Collectors.joining(",", "{", "}")));
            }
        }
    }

    public static ManifestText image(Part config, List<Part> layers, Extras extras) {
        List<String> fields = begin(IMAGE);
        fields.add("\"config\":" + config.json(CONFIG));
        fields.add("\"layers\":" + array(layers, LAYER));
        extras.addTo(fields);
        List<Part> references = new ArrayList<>(List.of(config));
        references.addAll(layers);
        return of(IMAGE, fields, references, extras, extras.artifactType().or(() -> Optional.of(CONFIG)));
    }

    public static ManifestText index(List<Part> manifests, Extras extras) {
        List<String> fields = begin(INDEX);
        fields.add("\"manifests\":" + array(manifests, IMAGE));
        extras.addTo(fields);
        return of(INDEX, fields, manifests, extras, extras.artifactType());
    }

    private static List<String> begin(String mediaType) {
        return new ArrayList<>(List.of("\"schemaVersion\":2", "\"mediaType\":\"" + mediaType + "\""));
    }

    private static String array(List<Part> parts, String mediaType) {
        return parts.stream().map(part -> part.json(mediaType)).collect(Collectors.joining(",", "[", "]"));
    }

    private static ManifestText of(
            String mediaType,
            List<String> fields,
            List<Part> references,
            Extras extras,
            Optional<String> artifactType) {
        return new ManifestText(
                mediaType,
                ("{" + String.join(",", fields) + "}").getBytes(UTF_8),
                List.copyOf(references),
                extras.subject().map(Part::digest),
                artifactType,
                extras.annotations());
    }

    public String digest() {
        return Digests.sha256(content);
    }

    /** What another manifest's descriptor says of this one. */
    public Part part() {
        return Part.of(content);
    }

    public boolean isIndex() {
        return mediaType.equals(INDEX);
    }
}
