package dev.strata.oci;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an image runs on, written as {@code os/architecture} or {@code os/architecture/variant}: OCI Image
 * Specification, image-index.md, property "platform".
 *
 * @param os the operating system, such as linux
 * @param architecture the processor, such as arm64
 * @param variant the kind of processor, such as v8, where it is said
 */
public record Platform(String os, String architecture, Optional<String> variant) {

    private static final Pattern PART = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern GRAMMAR = Pattern.compile("([^/]*)/([^/]*)(?:/([^/]*))?");

    /** @throws RegistryException PARAMETER_INVALID */
    public Platform {
        require(os);
        require(architecture);
        variant.ifPresent(Platform::require);
    }

    /** @throws RegistryException PARAMETER_INVALID for what is not {@code os/architecture[/variant]} */
    public static Platform of(String text) {
        Matcher parts = GRAMMAR.matcher(text);
        if (!parts.matches()) {
            throw invalid(text);
        }
        return new Platform(parts.group(1), parts.group(2), Optional.ofNullable(parts.group(3)));
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(part -> "/" + part).orElse("");
    }

    private static void require(String part) {
        if (!PART.matcher(part).matches()) {
            throw invalid(part);
        }
    }

    private static RegistryException invalid(String text) {
        return new RegistryException(
                Problem.PARAMETER_INVALID,
                "a platform is written as os/architecture or os/architecture/variant, in lower case",
                Map.of("platform", text));
    }
}
