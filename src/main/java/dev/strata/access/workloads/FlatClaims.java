package dev.strata.access.workloads;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token as grants name them: one in an object by the names on the way to it with dots between them, such
 * as {@code kubernetes.io.namespace}. Those that would make the token of this registry too large are left out: nothing is
 * granted for what is not there.
 */
public final class FlatClaims {

    private static final int MOST_CHARACTERS = 6_000;
    private static final int DEEPEST = 4;

    private final Map<String, List<String>> claims = new LinkedHashMap<>();
    private int characters;

    private FlatClaims() {}

    /** @param claims as a token has them */
    public static Map<String, List<String>> of(Map<String, Object> claims) {
        FlatClaims flat = new FlatClaims();
        claims.forEach((name, value) -> flat.add(name, value, 1));
        return flat.claims;
    }

    private void add(String name, @Nullable Object value, int depth) {
        if (value instanceof Map<?, ?> object) {
            if (depth < DEEPEST) {
                object.forEach((key, inner) -> add(name + "." + key, inner, depth + 1));
            }
        } else if (value instanceof Collection<?> list) {
            List<String> values = new ArrayList<>();
            list.stream().filter(FlatClaims::isPlain).forEach(element -> values.add(element.toString()));
            put(name, values);
        } else if (value != null && isPlain(value)) {
            put(name, List.of(value.toString()));
        }
    }

    private void put(String name, List<String> values) {
        int size = name.length() + values.stream().mapToInt(value -> value.length() + 3).sum();
        if (characters + size <= MOST_CHARACTERS && !claims.containsKey(name)) {
            characters += size;
            claims.put(name, values);
        }
    }

    private static boolean isPlain(@Nullable Object value) {
        return value instanceof String || value instanceof Number || value instanceof Boolean;
    }
}
