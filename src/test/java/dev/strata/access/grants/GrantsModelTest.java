package dev.strata.access.grants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.Glob;
import dev.strata.access.rights.PlainGlob;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.oci.RepositoryName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Grants by chance, beside a model that knows nothing but what a grant says. */
class GrantsModelTest {

    private static final List<String> NAMES = List.of("a", "b", "a/a", "a/b", "b/a", "a/b/a", "a/a/b");
    private static final List<String> PATTERNS = List.of("a", "a/b", "*", "a/*", "**", "a/**", "*/a", "**/b", "a*", "*/*");
    private static final List<String> WORDS = List.of("x", "y", "xy");
    private static final List<String> WORD_PATTERNS = List.of("x", "y", "x*", "*y", "*");

    /** A grant in the model: words, and nothing that is compiled. */
    private record Written(String kind, String who, Map<String, String> claims, List<String> on, Set<Action> may, List<String> cache) {

        Grant toGrant() {
            Subject subject =
                    switch (kind) {
                        case "anonymous", "anyone" -> Subject.of(kind);
                        case "issuer" -> new Subject.Issuer(
                                who, Map.of("sub", List.of(ClaimPattern.of(claims.get("sub")))));
                        default -> Subject.of(kind + ":" + who);
                    };
            return new Grant(
                    "g",
                    subject,
                    on.stream().map(Glob::of).toList(),
                    may,
                    cache.stream().map(ScopeTemplate::new).toList());
        }

        boolean isFor(Caller caller) {
            return switch (kind) {
                case "anyone" -> true;
                case "anonymous" -> caller.kind() == Caller.Kind.ANONYMOUS;
                case "group" -> caller.groups().stream().anyMatch(group -> PlainGlob.matches(who, group));
                case "issuer" -> caller.issuer().equals(who)
                        && caller.claims().containsKey("sub")
                        && PlainGlob.matches(claims.get("sub"), caller.claims().get("sub").getFirst());
                default -> caller.kind().name().equalsIgnoreCase(kind) && PlainGlob.matches(who, caller.name());
            };
        }
    }

    @RepeatedTest(20)
    void saysTheSameAsTheModel(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int round = 0; round < 200; round++) {
            List<Written> written = new ArrayList<>();
            for (int count = random.nextInt(6); count > 0; count--) {
                written.add(grant(random));
            }
            Grants grants = new Grants(written.stream().map(Written::toGrant).toList());
            Caller caller = caller(random);
            Set<String> readable = new TreeSet<>();
            for (String name : NAMES) {
                RepositoryRights rights = grants.of(caller, RepositoryName.of(name));
                Set<Action> expected = EnumSet.noneOf(Action.class);
                Set<String> scopes = new HashSet<>();
                for (Written grant : written) {
                    boolean isOn = grant.on().stream().anyMatch(pattern -> PlainGlob.matches(pattern, name));
                    Optional<List<String>> given = scopes(grant, caller);
                    if (isOn && grant.isFor(caller) && given.isPresent()) {
                        expected.addAll(grant.may());
                        scopes.addAll(given.get());
                    }
                }
                assertThat(rights.actions()).as("%s for %s on %s", written, caller, name).isEqualTo(expected);
                assertThat(Set.copyOf(rights.cacheScopes())).isEqualTo(scopes);
                assertThat(rights.allowWritingSome())
                        .isEqualTo(expected.contains(Action.ADMIN) || expected.contains(Action.CACHE) && !scopes.isEmpty());
                for (String scope : NAMES) {
                    boolean mayWrite = expected.contains(Action.ADMIN)
                            || scopes.stream().anyMatch(glob -> PlainGlob.matches(glob, scope));
                    assertThat(rights.allowWriting(scope)).isEqualTo(mayWrite);
                }
                if (rights.allow(Action.PULL)) {
                    readable.add(name);
                }
            }
            assertThat(NAMES.stream().filter(grants.readable(caller)::include)).containsExactlyInAnyOrderElementsOf(readable);
        }
    }

    private static Optional<List<String>> scopes(Written grant, Caller caller) {
        List<String> scopes = new ArrayList<>();
        for (String template : grant.cache()) {
            if (template.contains("{n}")) {
                List<String> value = caller.claims().getOrDefault("n", List.of());
                if (value.size() != 1 || !value.getFirst().matches("\\w+")) {
                    return Optional.empty();
                }
                scopes.add(template.replace("{n}", value.getFirst()));
            } else {
                scopes.add(template);
            }
        }
        return Optional.of(scopes);
    }

    private static Written grant(Random random) {
        String kind = pick(random, List.of("account", "robot", "certificate", "group", "anonymous", "anyone", "issuer"));
        boolean isIssuer = kind.equals("issuer");
        Set<Action> may = EnumSet.noneOf(Action.class);
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            may.add(pick(random, List.of(Action.PULL, Action.PUSH, Action.DELETE, Action.CACHE, Action.MAINTAIN)));
        }
        List<String> on = List.of(pick(random, PATTERNS), pick(random, PATTERNS));
        if (random.nextInt(10) == 0) {
            may.add(Action.ADMIN);
            on = List.of("**");
        }
        List<String> cache = !may.contains(Action.CACHE)
                ? List.of()
                : isIssuer && random.nextBoolean() ? List.of("a/{n}") : List.of(pick(random, PATTERNS));
        Map<String, String> claims = Map.of("sub", pick(random, List.of("x", "x*", "*y")));
        return new Written(kind, isIssuer ? pick(random, WORDS) : pick(random, WORD_PATTERNS), claims, on, may, cache);
    }

    private static Caller caller(Random random) {
        Caller.Kind kind = pick(random, List.of(Caller.Kind.values()));
        return new Caller(
                kind,
                pick(random, WORDS),
                kind == Caller.Kind.WORKLOAD ? pick(random, WORDS) : "",
                random.nextBoolean() ? Set.of(pick(random, WORDS)) : Set.of(),
                Map.of(
                        "sub", List.of(pick(random, WORDS)),
                        "n", pick(random, List.of(List.of("a"), List.of("b"), List.of("*"), List.of("a", "b")))),
                Optional.empty(),
                Optional.empty());
    }

    private static <T> T pick(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
