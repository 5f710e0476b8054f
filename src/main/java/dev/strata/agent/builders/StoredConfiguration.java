package dev.strata.agent.builders;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What builders leave of a base's configuration: they read it into structures of their own and write those, so that all other
 * fields are lost, and empty ones too.
 */
final class StoredConfiguration {

    private static final Set<String> IMAGE =
            Set.of("architecture", "author", "config", "os", "os.features", "os.version", "variant");
    private static final Set<String> CONFIG = Set.of(
            "ArgsEscaped", "Cmd", "Entrypoint", "Env", "ExposedPorts", "Healthcheck", "Labels", "OnBuild", "Shell",
            "StopSignal", "User", "Volumes", "WorkingDir");

    private StoredConfiguration() {}

    static ObjectNode byBuildKit(ObjectNode image) {
        ObjectNode stored = image.deepCopy();
        retain(stored, IMAGE);
        if (stored.get("config") instanceof ObjectNode config) {
            retain(config, CONFIG);
        }
        return stored;
    }

    private static void retain(ObjectNode json, Set<String> fields) {
        json.retain(fields);
        json.properties().removeIf(field -> !field.getKey().equals("config") && isEmpty(field.getValue()));
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isNull()
                || value.isContainer() && value.isEmpty()
                || value.isString() && value.stringValue().isEmpty()
                || value.isBoolean() && !value.booleanValue();
    }
}
