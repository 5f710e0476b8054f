package dev.strata.dockerfile;

import dev.strata.dockerfile.text.CommaSeparated;
import dev.strata.dockerfile.text.Numbers;
import dev.strata.dockerfile.text.SyntaxProblem;
import dev.strata.dockerfile.words.Expansion;
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

    private static final Set<Type> WITH_OWNERS = Set.of(Type.SECRET, Type.SSH, Type.CACHE);
    private static final Set<Type> REQUIRABLE = Set.of(Type.SECRET, Type.SSH);
    private static final Set<String> SHARING = Set.of("shared", "private", "locked");
    private static final Set<String> FLAGS = Set.of("readonly", "readwrite", "required");

    /**
     * Checks what can be checked before variables have values.
     *
     * @throws SyntaxProblem for fields that are not one, and for a stage that a variable names
     */
    static void check(String text) {
        for (String field : CommaSeparated.fields(text)) {
            int dollar = field.toLowerCase(Locale.ROOT).startsWith("from=") ? field.indexOf('$') : -1;
            if (dollar >= 0 && dollar < field.length() - 1) {
                throw new SyntaxProblem("'from' of a mount takes no variables; name a stage instead");
            }
        }
    }

    /** Reads {@code type=bind,source=…,target=…}; the values are expanded, the keys are not. */
    static Mount parse(String text, Expansion expansion) {
        Map<String, String> given = new LinkedHashMap<>();
        Type type = Type.BIND;
        Optional<Boolean> readOnly = Optional.empty();
        for (String field : CommaSeparated.fields(text)) {
            int equals = field.indexOf('=');
            String key = canonical((equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT));
            if (equals < 0 && !FLAGS.contains(key)) {
                throw new SyntaxProblem("'" + field + "' of a mount must be written as key=value");
            }
            String value = equals < 0 ? "true" : expansion.word(field.substring(equals + 1));
            switch (key) {
                case "type" -> type = type(value);
                case "readonly" -> readOnly = Optional.of(flag(key, value));
                case "readwrite" -> readOnly = Optional.of(!flag(key, value));
                default -> {
                    checkOption(key, value, type);
                    given.put(key, key.equals("required") ? String.valueOf(flag(key, value)) : value);
                }
            }
        }
        checkTogether(type, given);
        return new Mount(
                type,
                some(given.remove("from")),
                some(given.remove("source")),
                some(given.remove("target")),
                readOnly.orElse(type != Type.CACHE && type != Type.TMPFS),
                some(given.remove("id")),
                Map.copyOf(given));
    }

    private static Optional<String> some(@Nullable String value) {
        return Optional.ofNullable(value).filter(given -> !given.isEmpty());
    }

    private static void checkOption(String key, String value, Type type) {
        boolean fits =
                switch (key) {
                    case "required" -> REQUIRABLE.contains(type);
                    case "size" -> type == Type.TMPFS && Numbers.isSize(value);
                    case "sharing" -> SHARING.contains(value.toLowerCase(Locale.ROOT));
                    case "mode" -> Numbers.isUnsigned(value, 8);
                    case "uid", "gid" -> Numbers.isUnsigned(value, 10);
                    default -> true;
                };
        if (!fits) {
            throw new SyntaxProblem(key + "=" + value + " is nothing for a mount of the type " + name(type));
        }
    }

    private static void checkTogether(Type type, Map<String, String> given) {
        if (!WITH_OWNERS.contains(type)) {
            for (String key : List.of("mode", "uid", "gid")) {
                if (given.containsKey(key)) {
                    throw new SyntaxProblem("a mount of the type " + name(type) + " takes no " + key);
                }
            }
        }
        if (type != Type.CACHE && given.containsKey("sharing")) {
            throw new SyntaxProblem("only a cache can be shared");
        }
        if (type == Type.SECRET) {
            if (!given.getOrDefault("from", "").isEmpty()) {
                throw new SyntaxProblem("a secret comes from nowhere else");
            }
            boolean hasSource = !given.getOrDefault("source", "").isEmpty();
            boolean hasId = !given.getOrDefault("id", "").isEmpty();
            if (hasSource == hasId && (hasSource || given.getOrDefault("target", "").isEmpty())) {
                throw new SyntaxProblem("a secret is named by its id, its source or its target");
            }
        }
    }

    private static String name(Type type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static String canonical(String key) {
        return switch (key) {
            case "src" -> "source";
            case "dst", "destination" -> "target";
            case "ro" -> "readonly";
            case "rw" -> "readwrite";
            case "type", "from", "source", "target", "readonly", "readwrite", "id" -> key;
            case "required", "size", "sharing", "mode", "uid", "gid", "env" -> key;
            default -> throw new SyntaxProblem("unknown key '" + key + "' of a mount");
        };
    }

    private static Type type(String name) {
        for (Type type : Type.values()) {
            if (type.name().equalsIgnoreCase(name)) {
                return type;
            }
        }
        throw new SyntaxProblem("unknown type '" + name + "' of a mount");
    }

    private static boolean flag(String key, String value) {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new SyntaxProblem("'" + key + "' of a mount is true or false, not '" + value + "'");
        };
    }
}
