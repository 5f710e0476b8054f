package dev.strata.access.signin;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.access.callers.Rights;
import dev.strata.access.callers.TokenRights;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a client asks a token for: scopes such as {@code repository:team/web:pull,push} and {@code registry:catalog:*}.
 * What is not known among them is left out, as clients expect.
 */
record AskedScopes(Map<RepositoryName, Set<Action>> repositories, boolean asksForRegistry) {

    /** With longer names, a token for more would not fit into a header. */
    private static final int MOST = 32;

    private static final String EVERYTHING = "*";
    private static final Set<Action> ALL = EnumSet.complementOf(EnumSet.of(Action.ADMIN));

    /** @param parameters each with one scope, or several with spaces between them */
    static AskedScopes of(List<String> parameters) {
        Map<RepositoryName, Set<Action>> repositories = new LinkedHashMap<>();
        boolean asksForRegistry = false;
        for (String parameter : parameters) {
            for (String scope : parameter.split(" ")) {
                int first = scope.indexOf(':');
                int last = scope.lastIndexOf(':');
                if (last <= first) {
                    continue;
                }
                String type = scope.substring(0, first);
                String name = scope.substring(first + 1, last);
                String actions = scope.substring(last + 1);
                if (type.equals("registry")) {
                    asksForRegistry |= name.equals("catalog") && actions.contains(EVERYTHING);
                } else if (isRepository(type)) {
                    name(name).filter(known -> repositories.size() < MOST || repositories.containsKey(known))
                            .ifPresent(known -> repositories
                                    .computeIfAbsent(known, fresh -> EnumSet.noneOf(Action.class))
                                    .addAll(actions(actions)));
                }
            }
        }
        return new AskedScopes(repositories, asksForRegistry);
    }

    /** Some clients name a class beside the type, as in {@code repository(plugin)}. */
    private static boolean isRepository(String type) {
        return type.equals("repository") || type.startsWith("repository(") && type.endsWith(")");
    }

    private static Optional<RepositoryName> name(String text) {
        try {
            return Optional.of(RepositoryName.of(text));
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private static Set<Action> actions(String words) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (String word : words.split(",")) {
            if (word.equals(EVERYTHING)) {
                actions.addAll(ALL);
            } else {
                Action.of(word).filter(ALL::contains).ifPresent(actions::add);
            }
        }
        return actions;
    }

    /** What the caller may have of it. */
    TokenRights allowed(Caller caller, Rights rights) {
        Map<String, RepositoryRights> allowed = new LinkedHashMap<>();
        repositories.forEach((name, asked) -> {
            RepositoryRights held = rights.of(caller, name);
            Set<Action> actions = EnumSet.noneOf(Action.class);
            asked.stream().filter(held::allow).forEach(actions::add);
            if (asked.contains(Action.PUSH) && !held.allow(Action.PUSH) && held.allowWritingSome()) {
                actions.add(Action.CACHE); // a builder knows no such right, and asks for what it takes to upload
            }
            if (!actions.isEmpty()) {
                allowed.put(name.value(), new RepositoryRights(actions, actions.contains(Action.CACHE) ? held.cacheScopes() : List.of()));
            }
        });
        return new TokenRights(allowed, asksForRegistry && rights.isAdmin(caller), asksForRegistry);
    }
}
