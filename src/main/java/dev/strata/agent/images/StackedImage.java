package dev.strata.agent.images;

import dev.strata.agent.connection.Http;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An image as a stack of layers that a registry has, with its configuration: OCI Image Specification, config.md and
 * manifest.md.
 *
 * @param layers the layers, the lowest first
 * @param history the history's entries, the first first
 * @param image the configuration but for layers, history and time
 */
public record StackedImage(List<ImageLayer> layers, List<ObjectNode> history, ObjectNode image) {

    private static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    private static final Instant LONG_AGO = Instant.EPOCH;
    /** The build argument that sets all times: reproducible-builds.org, specification of SOURCE_DATE_EPOCH. */
    public static final String EPOCH_ARGUMENT = "SOURCE_DATE_EPOCH";
    /** In one order, so that the same image has the same digest whoever put it together. */
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .build();

    public Optional<ChainId> chainId() {
        return ChainId.ofLayers(layers.stream().map(ImageLayer::diffId).toList());
    }

    long size() {
        return layers.stream().mapToLong(layer -> layer.blob().size()).sum();
    }

    /**
     * The same for a builder to start from: with nothing that makes it run anything, and with a history that only counts,
     * since the true one has the values of build arguments in it, which concern nobody.
     *
     * @param mark what its history says instead; it makes this image and all that is built on it unlike any other
     */
    public StackedImage asBase(String mark) {
        ObjectNode quiet = image.deepCopy();
        if (quiet.get("config") instanceof ObjectNode config) {
            config.remove("OnBuild");
        }
        List<ObjectNode> counted =
                history.stream()
                        .map(entry -> entry.deepCopy().retain(List.of("created", "empty_layer")).put("created_by", mark))
                        .toList();
        return new StackedImage(layers, counted, quiet);
    }

    /** The same with further labels. */
    public StackedImage labelled(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return this;
        }
        ObjectNode labelled = image.deepCopy();
        ObjectNode config = labelled.withObjectProperty("config");
        ObjectNode all = config.get("Labels") instanceof ObjectNode given ? given : config.putObject("Labels");
        labels.forEach(all::put);
        return new StackedImage(layers, history, labelled);
    }

    /** The same as made at a moment, with no later one in its history. */
    public StackedImage madeAt(Instant moment) {
        List<ObjectNode> clamped = new ArrayList<>();
        for (ObjectNode entry : history) {
            boolean isLater = time(entry).filter(moment::isBefore).isPresent();
            clamped.add(isLater ? entry.deepCopy().put("created", moment.toString()) : entry);
        }
        return new StackedImage(layers, clamped, image.deepCopy().put("created", moment.toString()));
    }

    /** When an entry of a history was made, where it says so. */
    public static Optional<Instant> time(ObjectNode entry) {
        try {
            return Optional.of(OffsetDateTime.parse(entry.path("created").asString("")).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The later of two moments. */
    public static Optional<Instant> later(Optional<Instant> one, Instant other) {
        return one.filter(other::isBefore).or(() -> Optional.of(other));
    }

    /** The same with more layers and entries on top. */
    public StackedImage plus(List<ImageLayer> moreLayers, List<ObjectNode> moreHistory, ObjectNode newImage) {
        List<ImageLayer> allLayers = new ArrayList<>(layers);
        allLayers.addAll(moreLayers);
        List<ObjectNode> allHistory = new ArrayList<>(history);
        allHistory.addAll(moreHistory);
        return new StackedImage(allLayers, allHistory, newImage);
    }

    /** The configuration's bytes. */
    byte[] config() {
        ObjectNode config = image.deepCopy();
        ArrayNode entries = config.putArray("history");
        history.forEach(entries::add);
        ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        layers.forEach(layer -> diffIds.add(layer.diffId().toString()));
        if (!config.has("created")) {
            config.put("created", created());
        }
        return SORTED.writeValueAsBytes(config);
    }

    private String created() {
        return history.reversed().stream()
                .map(entry -> entry.path("created").asString(""))
                .filter(time -> !time.isEmpty())
                .findFirst()
                .orElse(LONG_AGO.toString());
    }

    /** The manifest's bytes, in the media types of one kind of builders. */
    byte[] manifest(MediaType type, Digest configDigest, int configSize) {
        boolean docker = type.equals(MediaType.DOCKER_MANIFEST);
        ObjectNode manifest = Http.JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", type.value());
        manifest.putObject("config")
                .put("mediaType", docker ? DOCKER_CONFIG : OCI_CONFIG)
                .put("digest", configDigest.toString())
                .put("size", configSize);
        ArrayNode list = manifest.putArray("layers");
        for (ImageLayer layer : layers) {
            ObjectNode json = list.addObject()
                    .put("mediaType", layerType(layer.blob().mediaType().value(), docker))
                    .put("digest", layer.blob().digest().toString())
                    .put("size", layer.blob().size());
            if (!layer.blob().annotations().isEmpty()) { // tables of contents, with which clients pull parts of layers
                layer.blob().annotations().forEach(json.putObject("annotations")::put);
            }
        }
        return Http.JSON.writeValueAsBytes(manifest);
    }

    private static String layerType(String type, boolean docker) {
        if (docker && type.startsWith(OCI_LAYER)) {
            return DOCKER_LAYER + type.substring(OCI_LAYER.length()).replace('+', '.');
        }
        if (!docker && type.startsWith(DOCKER_LAYER)) {
            return OCI_LAYER + type.substring(DOCKER_LAYER.length()).replace('.', '+');
        }
        return type;
    }
}
