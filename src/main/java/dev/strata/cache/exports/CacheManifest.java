package dev.strata.cache.exports;

import dev.strata.cache.verification.LayerFormat;
import dev.strata.json.StrictJson;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.problem.RegistryException;
import dev.strata.step.LayerAnnotations;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The manifest of a cache that BuildKit exports, or of several that are added up. It is an image whose configuration says
 * what the layers are, or, as older builders write it, an index that lists the configuration and the layers.
 */
final class CacheManifest {

    /** When the records were exported last: seconds since 1970, a colon, and for how many records that holds, in their order. */
    private static final String EXPORTED_AT = "dev.strata.cache.exported-at";

    private static final String DIFF_ID = "containerd.io/uncompressed";
    private static final String CREATED_AT = "buildkit/createdat";

    private final Manifest manifest;
    private final Descriptor config;

    private CacheManifest(Manifest manifest, Descriptor config) {
        this.manifest = manifest;
        this.config = config;
    }

    static Optional<CacheManifest> of(Manifest manifest) {
        return manifest.cacheConfig().map(config -> new CacheManifest(manifest, config));
    }

    Descriptor config() {
        return config;
    }

    boolean isIndex() {
        return manifest instanceof Manifest.Index;
    }

    /** Whether it is several, added up. */
    boolean isUnion() {
        return manifest.annotations().containsKey(EXPORTED_AT);
    }

    /**
     * The layers that a builder can use, and what the manifest says of them. A builder fails if one says of itself what is not
     * of the right form.
     */
    Map<Digest, Descriptor> layers() {
        Map<Digest, Descriptor> layers = new LinkedHashMap<>();
        (isIndex() ? manifest.children() : manifest.blobs().stream().skip(1).toList()).stream()
                .filter(layer -> LayerFormat.of(layer.mediaType()).isPresent())
                .map(CacheManifest::wellFormed)
                .flatMap(Optional::stream)
                .forEach(layer -> layers.putIfAbsent(layer.digest(), layer));
        return layers;
    }

    private static Optional<Descriptor> wellFormed(Descriptor layer) {
        Map<String, String> annotations =
                new LinkedHashMap<>(LayerAnnotations.asFarAsKept(layer.annotations()).values());
        if (!isDigest(annotations.getOrDefault(DIFF_ID, ""))) {
            return Optional.empty();
        }
        if (!isTime(annotations.getOrDefault(CREATED_AT, ""))) {
            annotations.remove(CREATED_AT);
        }
        return Optional.of(
                new Descriptor(layer.mediaType(), layer.digest(), layer.size(), Optional.empty(), Map.copyOf(annotations)));
    }

    private static boolean isDigest(String text) {
        try {
            Digest.of(text);
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }

    /** As Go reads it. */
    private static boolean isTime(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            return time.getYear() >= 1 && time.getYear() <= 9999 && text.length() >= "0001-01-01T00:00:00Z".length();
        } catch (DateTimeException e) {
            return false;
        }
    }

    /**
     * When the record of a place in the configuration was exported last.
     *
     * @param arrived when the manifest came, where it is what one builder exported
     */
    IntFunction<Instant> exportedAt(Instant arrived) {
        List<Instant> times = new ArrayList<>();
        for (String run : manifest.annotations().getOrDefault(EXPORTED_AT, "").split(",")) {
            String[] parts = run.split(":");
            if (parts.length == 2 && isNumber(parts[0]) && isNumber(parts[1])) {
                Instant said = Instant.ofEpochSecond(Long.parseLong(parts[0]));
                Instant time = said.isAfter(arrived) ? arrived : said;
                for (int left = Integer.parseInt(parts[1]); left > 0; left--) {
                    times.add(time);
                }
            }
        }
        return place -> place < times.size() ? times.get(place) : times.isEmpty() ? arrived : times.getLast();
    }

    /** More records than five digits count do not fit. */
    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,5}|[0-9]{10}");
    }

    /**
     * A manifest of the same kind for what was written.
     *
     * @param index whether it is an index
     */
    static byte[] write(ExportWriter.Written written, boolean index) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("mediaType", MediaType.BUILDKIT_CACHE.value())
                .put("digest", Digest.ofContent(DigestAlgorithm.SHA256, written.config()).toString())
                .put("size", written.config().length);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("schemaVersion", 2);
        json.put("mediaType", mediaType(index).value());
        if (index) {
            json.put("artifactType", MediaType.BUILDKIT_CACHE.value());
        } else {
            json.set("config", config);
        }
        ArrayNode layers = json.putArray(index ? "manifests" : "layers");
        for (Descriptor layer : written.layers()) {
            layers.addObject()
                    .put("mediaType", layer.mediaType().value())
                    .put("digest", layer.digest().toString())
                    .put("size", layer.size())
                    .set("annotations", LayerAnnotations.of(layer.annotations()).toJson());
        }
        if (index) {
            layers.add(config);
        }
        json.putObject("annotations").put(EXPORTED_AT, runs(written.exportedAt()));
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    static MediaType mediaType(boolean index) {
        return index ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST;
    }

    private static String runs(List<Instant> times) {
        List<String> runs = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= times.size(); i++) {
            if (i == times.size() || !times.get(i).equals(times.get(from))) {
                runs.add(times.get(from).getEpochSecond() + ":" + (i - from));
                from = i;
            }
        }
        return String.join(",", runs);
    }

    /** How many bytes of memory it may take to add up two of which one has this configuration. */
    static long memory(byte[] config) {
        return 2 * StrictJson.memory(config);
    }
}
