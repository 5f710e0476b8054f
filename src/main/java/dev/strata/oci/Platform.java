package dev.strata.oci;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What an image runs on, written as {@code os/architecture} or {@code os/architecture/variant}: OCI Image
 * Specification, image-index.md, property "platform".
 *
 * <p>Clients spell the same platform in several ways. Each is turned into the one that containerd uses: lower case,
 * {@code amd64} for {@code x86_64}, no {@code v1} of amd64 and no {@code v8} of arm64, and {@code v7} for an arm that
 * names no variant. So two platforms are equal where containerd says so.
 *
 * @param os the operating system, such as linux
 * @param architecture the processor, such as arm64
 * @param variant the kind of processor, such as v7, unless it is the usual one
 */
public record Platform(String os, String architecture, Optional<String> variant) {

    private static final Pattern PART = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern GRAMMAR = Pattern.compile("([^/]*)/([^/]*)(?:/([^/]*))?");
    private static final Map<String, String> ALIASES = Map.of(
            "x86_64", "amd64", "x86-64", "amd64", "i386", "386", "aarch64", "arm64", "armhf", "arm", "armel", "arm");
    private static final Pattern VERSION = Pattern.compile("v?([0-9]{1,2})(?:\\.0)?");
    private static final int OLDEST_ARM = 5;
    private static final int OLDEST_ARM64 = 8;
    private static final Pattern ARM64 = Pattern.compile("v([89])(?:\\.([0-9]))?");
    private static final int MINOR_BELOW_ARM64_9 = 5;

    /** @throws RegistryException PARAMETER_INVALID */
    public Platform {
        os = normal(os).equals("macos") ? "darwin" : normal(os);
        String named = normal(architecture);
        architecture = ALIASES.getOrDefault(named, named);
        String kind = kind(named, architecture, normal(variant.orElse("")));
        variant = kind.isEmpty() ? Optional.empty() : Optional.of(kind);
        require(os);
        require(architecture);
        variant.ifPresent(Platform::require);
    }

    /** @throws RegistryException PARAMETER_INVALID for what is not {@code os/architecture[/variant]} */
    public static Platform of(String text) {
        Matcher parts = GRAMMAR.matcher(text);
        if (!parts.matches() || parts.group(3) != null && parts.group(3).isBlank()) {
            throw invalid(text);
        }
        return new Platform(parts.group(1), parts.group(2), Optional.ofNullable(parts.group(3)));
    }

    /**
     * The platform that an image's configuration or an index's entry names by its fields.
     *
     * @return empty where it names none, or none that can be
     */
    public static Optional<Platform> read(JsonNode object) {
        try {
            return Optional.of(new Platform(
                    object.path("os").stringValue(""),
                    object.path("architecture").stringValue(""),
                    Optional.of(object.path("variant").stringValue(""))));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /**
     * How well an image for another platform does on this one, as containerd ranks them: 0 is best. A newer processor
     * runs what was built for older ones, a 64-bit one of Intel or ARM also what was built for 32 bits.
     *
     * @return empty where it does not run here
     */
    public OptionalInt rank(Platform image) {
        int at = runs().indexOf(image);
        return at < 0 ? OptionalInt.empty() : OptionalInt.of(at);
    }

    /** The platforms whose images run here, the best first. */
    private List<Platform> runs() {
        List<Platform> runs = new ArrayList<>(List.of(this));
        switch (architecture) {
            case "amd64" -> {
                addOlder(runs, "amd64", number(1), 1);
                runs.add(new Platform(os, "386", Optional.empty()));
            }
            case "arm64" -> {
                addOlderArm64(runs);
                addOlder(runs, "arm", OLDEST_ARM64 + 1, OLDEST_ARM);
            }
            case "arm" -> addOlder(runs, "arm", number(OLDEST_ARM), OLDEST_ARM);
            default -> {}
        }
        return runs;
    }

    private void addOlder(List<Platform> runs, String older, int newest, int oldest) {
        for (int version = newest - 1; version >= oldest; version--) {
            runs.add(new Platform(os, older, Optional.of("v" + version)));
        }
    }

    /** Each version adds to the one before it, and v9 to v8.5. */
    private void addOlderArm64(List<Platform> runs) {
        Matcher version = ARM64.matcher(variant.orElse("v8"));
        if (version.matches()) {
            int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
            boolean isNine = version.group(1).equals("9");
            addArm64(runs, "v" + version.group(1), minor - 1);
            addArm64(runs, "v8", isNine ? minor + MINOR_BELOW_ARM64_9 : -1);
        }
    }

    private void addArm64(List<Platform> runs, String major, int newest) {
        for (int minor = newest; minor >= 0; minor--) {
            runs.add(new Platform(os, "arm64", Optional.of(major + "." + minor)));
        }
    }

    /** The variant's number. */
    private int number(int usual) {
        return variant.map(VERSION::matcher)
                .filter(Matcher::matches)
                .map(version -> Integer.parseInt(version.group(1)))
                .orElse(usual);
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(part -> "/" + part).orElse("");
    }

    private static String normal(String part) {
        return part.strip().toLowerCase(Locale.ROOT);
    }

    /** The variant as containerd writes it; empty for the usual one. */
    private static String kind(String named, String architecture, String variant) {
        return switch (named) {
            case "i386" -> "";
            case "armhf" -> "v7";
            case "armel" -> "v6";
            default ->
                switch (architecture) {
                    case "amd64" -> variant.equals("v1") ? "" : variant;
                    case "arm64" -> version(variant).equals("v8") ? "" : version(variant);
                    case "arm" -> variant.isEmpty() ? "v7" : version(variant);
                    default -> variant;
                };
        };
    }

    /** {@code v8} for {@code 8} and {@code v8.0}. */
    private static String version(String variant) {
        Matcher version = VERSION.matcher(variant);
        return version.matches() ? "v" + version.group(1) : variant;
    }

    private static void require(String part) {
        if (!PART.matcher(part).matches()) {
            throw invalid(part);
        }
    }

    private static RegistryException invalid(String text) {
        return new RegistryException(
                Problem.PARAMETER_INVALID,
                "a platform is written as os/architecture or os/architecture/variant",
                Map.of("platform", text));
    }
}
