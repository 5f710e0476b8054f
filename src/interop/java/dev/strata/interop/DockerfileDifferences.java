package dev.strata.interop;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Where Strata and BuildKit read a Dockerfile differently. */
final class DockerfileDifferences {

    private DockerfileDifferences() {}

    /** The first difference; empty where there is none. */
    static Optional<String> between(byte[] file, JsonNode buildKit) {
        JsonNode strata = BuildKitReader.JSON.valueToTree(DockerfileJson.of(file));
        String syntax = buildKit.path("syntax").asString("").split(" ", 2)[0];
        String found = DockerfileJson.syntax(file).orElse("");
        if (!syntax.equals(found)) {
            return Optional.of("syntax: BuildKit '" + syntax + "', Strata '" + found + "'");
        }
        if (strata.has("error") || buildKit.has("error")) {
            return strata.has("error") && buildKit.has("error")
                    ? Optional.empty()
                    : Optional.of(buildKit.has("error")
                            ? "BuildKit refuses it: " + buildKit.get("error")
                            : "only Strata refuses it");
        }
        for (String part : List.of("escape", "arguments", "stages")) {
            Optional<String> difference = difference(part, buildKit.path(part), strata.path(part));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    /** What BuildKit alone says is passed over: names that Strata's values have in their types. */
    private static Optional<String> difference(String at, JsonNode buildKit, JsonNode strata) {
        if (strata.isObject() && buildKit.isObject()) {
            for (String name : new TreeSet<>(strata.propertyNames())) {
                Optional<String> difference = difference(at + "." + name, buildKit.path(name), strata.path(name));
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        }
        if (strata.isArray() && (buildKit.isArray() || isNothing(buildKit))) {
            for (int i = 0; i < Math.max(strata.size(), buildKit.size()); i++) {
                Optional<String> difference = difference(at + "[" + i + "]", buildKit.path(i), strata.path(i));
                if (difference.isPresent()) {
                    return difference;
                }
            }
            return Optional.empty();
        }
        boolean isSame = isNothing(buildKit) && isNothing(strata)
                || Objects.equals(buildKit.asString("?"), strata.asString("?"))
                        && buildKit.getNodeType() == strata.getNodeType();
        return isSame ? Optional.empty() : Optional.of(at + ": BuildKit " + buildKit + ", Strata " + strata);
    }

    private static boolean isNothing(JsonNode value) {
        return value.isNull() || value.isMissingNode();
    }
}
