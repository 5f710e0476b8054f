package dev.strata.agent.connection;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a token is to allow, by the repository or whatever else it is for. It only grows. */
final class AskedRights {

    private final Map<String, Set<String>> actions = new LinkedHashMap<>();

    /**
     * Adds scopes as challenges write them, such as {@code repository:team/app:pull,push}.
     *
     * @return whether that is more than before
     */
    boolean add(String scopes) {
        boolean grew = false;
        for (String scope : scopes.split(" ")) {
            int last = scope.lastIndexOf(':');
            if (last > 0) {
                grew |= actions.computeIfAbsent(scope.substring(0, last), name -> new LinkedHashSet<>())
                        .addAll(List.of(scope.substring(last + 1).split(",")));
            }
        }
        return grew;
    }

    List<String> scopes() {
        return actions.entrySet().stream()
                .map(entry -> entry.getKey() + ":" + String.join(",", entry.getValue()))
                .toList();
    }
}
