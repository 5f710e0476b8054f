package dev.strata.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A mount that a command sees and that leaves nothing in its layer: Dockerfile reference, section "RUN --mount".
 *
 * @param type what is mounted
 * @param from the stage, context or image that it comes from; the build context where empty
 * @param source the path in there
 * @param target where the command sees it
 * @param readOnly whether the command may not write to it
 * @param id the cache's, the secret's or the socket's
 * @param options what else was given, by its name
 */
public record Mount(
        Type type,
        Optional<String> from,
        Optional<String> source,
        Optional<String> target,
        boolean readOnly,
        Optional<String> id,
        Map<String, String> options) {

    /** The kinds of mounts. */
    public enum Type {
        BIND,
        CACHE,
        TMPFS,
        SECRET,
        SSH
    }

    private static final Set<String> FURTHER = Set.of("required", "size", "sharing", "mode", "uid", "gid", "env");
    private static final Set<String> ALONE = Set.of("readonly", "ro", "readwrite", "rw", "required");

    /** Reads {@code type=bind,source=…,target=…}; the values are expanded, the keys are not. */
    static Mount parse(String text, Expansion expansion) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String field : fields(text)) {
            int equals = field.indexOf('=');
            String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
            if (equals < 0 && !ALONE.contains(key)) {
                throw new SyntaxProblem("'" + field + "' of a mount must be written as key=value");
            }
            given.put(canonical(key), equals < 0 ? "true" : expansion.word(field.substring(equals + 1)));
        }
        Type type = type(given.remove("type"));
        Optional<Boolean> readOnly = flag(given, "readonly").or(() -> flag(given, "readwrite").map(writes -> !writes));
        given.remove("readonly");
        given.remove("readwrite");
        return new Mount(
                type,
                Optional.ofNullable(given.remove("from")),
                Optional.ofNullable(given.remove("source")),
                Optional.ofNullable(given.remove("target")),
                readOnly.orElse(type != Type.CACHE && type != Type.TMPFS),
                Optional.ofNullable(given.remove("id")),
                Map.copyOf(given));
    }

    /** The fields of a line of comma-separated values, in which a field may be in double quotes. */
    private static List<String> fields(String text) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    private static String canonical(String key) {
        return switch (key) {
            case "src" -> "source";
            case "dst", "destination" -> "target";
            case "ro" -> "readonly";
            case "rw" -> "readwrite";
            case "type", "from", "source", "target", "readonly", "readwrite", "id" -> key;
            default -> {
                if (!FURTHER.contains(key)) {
                    throw new SyntaxProblem("unknown key '" + key + "' of a mount");
                }
                yield key;
            }
        };
    }

    private static Type type(@Nullable String name) {
        for (Type type : Type.values()) {
            if (name == null || type.name().equalsIgnoreCase(name)) {
                return type;
            }
        }
        throw new SyntaxProblem("unknown type '" + name + "' of a mount");
    }

    private static Optional<Boolean> flag(Map<String, String> given, String key) {
        return Optional.ofNullable(given.get(key)).map(value -> switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> true;
            case "false", "0", "f" -> false;
            default -> throw new SyntaxProblem("'" + key + "' of a mount is true or false, not '" + value + "'");
        });
    }
}
