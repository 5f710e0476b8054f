package dev.strata.agent.builders;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Build arguments that BuildKit takes for itself, whether the Dockerfile declares them or not: Dockerfile reference, section
 * "BuildKit built-in build args". Some change what commands see, such as the name of the host, or what the image is.
 */
public final class BuilderArguments {

    private static final String PREFIX = "BUILDKIT_";
    /** They change neither a layer nor the image; the one that names the frontend is looked at apart. */
    private static final Set<String> HARMLESS = Set.of(
            "BUILDKIT_SYNTAX",
            "BUILDKIT_BUILD_NAME",
            "BUILDKIT_CACHE_MOUNT_NS",
            "BUILDKIT_CONTEXT_KEEP_GIT_DIR",
            "BUILDKIT_HISTORY_PROVENANCE_V1",
            "BUILDKIT_SBOM_SCAN_CONTEXT",
            "BUILDKIT_SBOM_SCAN_STAGE");
    /** As Go reads a switch that is off. */
    private static final Pattern OFF = Pattern.compile("|0|[fF]|false|False|FALSE");

    private BuilderArguments() {}

    /** One that changes what nobody but the builder knows; empty where there is none. */
    public static Optional<String> decisive(Map<String, String> arguments) {
        return arguments.entrySet().stream()
                .filter(argument -> argument.getKey().startsWith(PREFIX) && !HARMLESS.contains(argument.getKey()))
                .filter(argument -> !OFF.matcher(argument.getValue()).matches())
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
