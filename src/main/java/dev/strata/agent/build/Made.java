package dev.strata.agent.build;

import dev.strata.agent.builders.Dialect;
import dev.strata.agent.images.ImageLayer;
import dev.strata.agent.images.RemoteImage;
import dev.strata.agent.images.StackedImage;
import dev.strata.agent.plan.PlannedInstruction;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the builder made of the rest of a stage.
 *
 * @param layers what came of each step of the rest; none where that cannot be told
 * @param image the whole stage
 */
record Made(List<Optional<ImageLayer>> layers, StackedImage image) {

    private static final String RUN = "RUN ";

    /**
     * Compares what was made with what was asked for.
     *
     * @param configuration that of the result
     * @param planned the configuration that was planned for the stage's end
     */
    static Made of(Rest rest, RemoteImage result, ObjectNode configuration, StackedImage below, ObjectNode planned) {
        List<PlannedInstruction> entered =
                rest.instructions().stream().filter(PlannedInstruction::hasEntry).toList();
        List<ObjectNode> history = result.history();
        List<ObjectNode> tail = history.subList(Math.max(0, history.size() - entered.size()), history.size());
        List<ImageLayer> added = added(result, below.layers().size());
        List<Optional<ImageLayer>> layers = new ArrayList<>();
        int next = 0;
        boolean understood = tail.size() == entered.size();
        for (int i = 0; understood && i < entered.size(); i++) {
            boolean adds = !tail.get(i).path("empty_layer").asBoolean(false);
            understood = (!adds || entered.get(i).makesLayer() && next < added.size());
            if (understood && entered.get(i).makesLayer()) {
                layers.add(adds ? Optional.of(added.get(next++)) : Optional.empty());
            }
        }
        if (understood && next == added.size()) {
            return new Made(layers, below.plus(added, asPlanned(tail, entered), image(configuration, planned)));
        }
        int known = Math.min(below.history().size() + rest.declarations(), history.size());
        return new Made(
                List.of(), below.plus(added, history.subList(known, history.size()), image(configuration, planned)));
    }

    /**
     * The same with the moments at which the cache stored the layers, so that it is the image that the cache gives from now
     * on. An instruction without a layer has the moment of the layer below it, or of the stage's first one.
     *
     * @param stored by the step's number in the rest
     * @param isFirst whether nothing of the stage lies below
     * @param dialect of the builder; what buildah alone knows of a step is left out, since from the cache it cannot be known
     */
    Made asStored(Map<Integer, Instant> stored, Rest rest, boolean isFirst, Dialect dialect) {
        if (layers.isEmpty()) {
            return this;
        }
        List<PlannedInstruction> entered =
                rest.instructions().stream().filter(PlannedInstruction::hasEntry).toList();
        List<ObjectNode> history = new ArrayList<>(image.history());
        int from = history.size() - entered.size();
        Optional<Instant> time = isFirst
                ? Optional.ofNullable(stored.get(0))
                : StackedImage.time(image.history().get(from - 1));
        int step = 0;
        for (int i = 0; i < entered.size(); i++) {
            if (entered.get(i).makesLayer()) {
                Optional<Instant> own = Optional.ofNullable(stored.get(step++));
                time = own.isPresent() ? StackedImage.later(time, own.get()) : StackedImage.time(history.get(from + i));
            }
            ObjectNode entry = history.get(from + i).deepCopy();
            time.ifPresent(moment -> entry.put("created", moment.toString()));
            if (dialect == Dialect.BUILDAH && !stored.isEmpty()) {
                entry.retain(List.of("created", "empty_layer"));
                entry.put("created_by", entered.get(i).createdBy());
            }
            history.set(from + i, entry);
        }
        return new Made(layers, new StackedImage(image.layers(), List.copyOf(history), image.image()));
    }

    /** Without the arguments that older docker engines list only because the rest had to declare them again. */
    private static List<ObjectNode> asPlanned(List<ObjectNode> tail, List<PlannedInstruction> entered) {
        List<ObjectNode> history = new ArrayList<>();
        for (int i = 0; i < tail.size(); i++) {
            String planned = entered.get(i).createdBy();
            String made = tail.get(i).path("created_by").asString("");
            boolean listsMore = planned.startsWith(RUN)
                    && made.startsWith(RUN + "|")
                    && made.endsWith(" " + planned.substring(RUN.length()));
            history.add(listsMore ? tail.get(i).deepCopy().put("created_by", planned) : tail.get(i));
        }
        return history;
    }

    private static List<ImageLayer> added(RemoteImage result, int below) {
        List<ImageLayer> layers = new ArrayList<>();
        List<Descriptor> blobs = result.layers();
        List<Digest> diffIds = result.diffIds();
        for (int i = below; i < Math.min(blobs.size(), diffIds.size()); i++) {
            layers.add(new ImageLayer(blobs.get(i), diffIds.get(i)));
        }
        return layers;
    }

    /** What the builder could not know of, because it began in the middle. */
    private static ObjectNode image(ObjectNode configuration, ObjectNode plannedImage) {
        ObjectNode image = configuration.deepCopy();
        JsonNode planned = plannedImage.path("config");
        if (image.get("config") instanceof ObjectNode config) {
            List.of("Cmd", "OnBuild", "ArgsEscaped").forEach(field -> replace(config, field, planned));
            if (config.path("Labels").has(Rest.MARK)) {
                replace(config, "Labels", planned);
            }
        }
        return image;
    }

    private static void replace(ObjectNode config, String field, JsonNode planned) {
        if (planned.has(field)) {
            config.set(field, planned.get(field));
        } else {
            config.remove(field);
        }
    }
}
