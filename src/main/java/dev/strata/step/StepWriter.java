package dev.strata.step;

import dev.strata.oci.ChainId;
import dev.strata.oci.Platform;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes steps as JSON, without what has its default value. */
final class StepWriter {

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    private StepWriter() {}

    static ObjectNode json(Step step) {
        StepWriter writer = new StepWriter();
        writer.json.put("v", Step.VERSION);
        writer.json.put("platform", platform(step.platform()));
        writer.json.put("parent", step.parent().map(ChainId::toString).orElse(null));
        writer.write(step.operation());
        return writer.json;
    }

    /** A step names the variant of arm64 also where it is the usual one. */
    private static String platform(Platform platform) {
        boolean usual = platform.architecture().equals("arm64") && platform.variant().isEmpty();
        return usual ? platform + "/v8" : platform.toString();
    }

    static ObjectNode json(Operation operation) {
        StepWriter writer = new StepWriter();
        writer.write(operation);
        return writer.json;
    }

    private void write(Operation operation) {
        switch (operation) {
            case Operation.Run run -> {
                json.put("op", "run");
                json.set("argv", array(run.argv()));
                if (!run.env().equals(Environment.NONE)) {
                    ObjectNode env = json.putObject("env");
                    run.env().digests().forEach((name, digest) -> env.put(name, digest.toString()));
                }
                text("user", run.user(), "");
                text("cwd", run.cwd(), Operation.ROOT);
                if (!run.mounts().isEmpty()) {
                    ArrayNode mounts = json.putArray("mounts");
                    run.mounts().forEach(mount -> mounts.add(json(mount)));
                }
                text("network", run.network(), Operation.Run.DEFAULT_NETWORK);
                text("security", run.security(), Operation.Run.DEFAULT_SECURITY);
            }
            case Operation.Copy copy -> {
                json.put("op", copy.kind().name().toLowerCase(Locale.ROOT));
                text("cwd", copy.cwd(), Operation.ROOT);
                json.put("dest", copy.dest());
                text("chown", copy.chown(), "");
                text("chmod", copy.chmod(), "");
                flag("link", copy.link());
                if (!copy.exclude().isEmpty()) {
                    json.set("exclude", array(copy.exclude()));
                }
                content(copy.content());
            }
            case Operation.Workdir workdir -> {
                json.put("op", "workdir");
                text("cwd", workdir.cwd(), Operation.ROOT);
                text("user", workdir.user(), "");
            }
        }
    }

    private static ObjectNode json(StepMount mount) {
        StepWriter writer = new StepWriter();
        writer.json.put("type", mount.type());
        writer.text("target", mount.target(), "");
        writer.text("id", mount.id(), "");
        writer.text("env", mount.env(), "");
        mount.content().ifPresent(writer::content);
        writer.flag("readonly", mount.readonly());
        new TreeMap<>(mount.options()).forEach(writer.json::put);
        return writer.json;
    }

    private void content(Content content) {
        switch (content) {
            case Content.Files(var digest) -> json.put("content", digest.toString());
            case Content.OfStage(var stage, var paths) ->
                json.putObject("content").put("stage", stage).set("paths", array(paths));
            case Content.OfImage(var image, var paths) ->
                json.putObject("content").put("image", image.toString()).set("paths", array(paths));
        }
    }

    private void text(String field, String value, String defaultValue) {
        if (!value.equals(defaultValue)) {
            json.put(field, value);
        }
    }

    private void flag(String field, boolean value) {
        if (value) {
            json.put(field, true);
        }
    }

    private static ArrayNode array(List<String> elements) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        elements.forEach(array::add);
        return array;
    }
}
