package dev.strata.access.tokens;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.strata.access.rights.Action;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.RepositoryRights;
import dev.strata.access.callers.RobotTerms;
import dev.strata.access.callers.TokenRights;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A caller as the claims of a token, and back. Only what this registry has signed is read. */
final class CallerClaims {

    private static final String KIND = "kind";
    private static final String VIA = "via";
    private static final String GROUPS = "groups";
    private static final String CLAIMS = "claims";
    private static final String TERMS = "terms";
    private static final String ACCESS = "access";
    private static final String ADMIN = "admin";
    private static final String LISTS = "lists";
    private static final String NAME = "name";
    private static final String ACTIONS = "actions";
    private static final String SCOPES = "scopes";
    private static final String MAKER = "maker";

    private CallerClaims() {}

    static JWTClaimsSet.Builder write(Caller caller, TokenRights rights) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().subject(caller.name());
        identity(caller).forEach(claims::claim);
        caller.terms().ifPresent(terms -> claims.claim(TERMS, terms(terms)));
        claims.claim(
                ACCESS,
                rights.repositories().entrySet().stream()
                        .map(entry -> rights(entry.getKey(), entry.getValue()))
                        .toList());
        return claims.claim(ADMIN, rights.isAdmin()).claim(LISTS, rights.listsAll());
    }

    private static Map<String, Object> identity(Caller caller) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put(NAME, caller.name());
        claims.put(KIND, caller.kind().name());
        claims.put(VIA, caller.issuer());
        claims.put(GROUPS, List.copyOf(caller.groups()));
        claims.put(CLAIMS, caller.claims());
        return claims;
    }

    private static Map<String, Object> terms(RobotTerms terms) {
        return Map.of(
                MAKER, identity(terms.maker()),
                ACCESS, terms.repositories(),
                ACTIONS, terms.actions().stream().map(Action::toString).toList(),
                SCOPES, terms.cacheScopes());
    }

    private static Map<String, Object> rights(String name, RepositoryRights rights) {
        return Map.of(
                NAME, name,
                ACTIONS, rights.actions().stream().map(Action::toString).toList(),
                SCOPES, rights.cacheScopes());
    }

    static Caller read(JWTClaimsSet claims) throws ParseException {
        Map<String, Object> all = claims.getClaims();
        Optional<RobotTerms> terms = all.get(TERMS) instanceof Map<?, ?> map
                ? Optional.of(new RobotTerms(
                        caller(object(map.get(MAKER)), Optional.empty()),
                        words(map.get(ACCESS)),
                        actions(map.get(ACTIONS)),
                        words(map.get(SCOPES))))
                : Optional.empty();
        Map<String, RepositoryRights> repositories = new HashMap<>();
        if (all.get(ACCESS) instanceof List<?> list) {
            for (Object entry : list) {
                Map<?, ?> rights = object(entry);
                repositories.put(
                        text(rights.get(NAME)), new RepositoryRights(actions(rights.get(ACTIONS)), words(rights.get(SCOPES))));
            }
        }
        return caller(all, terms)
                .with(new TokenRights(
                        repositories, Boolean.TRUE.equals(all.get(ADMIN)), Boolean.TRUE.equals(all.get(LISTS))));
    }

    private static Caller caller(Map<?, ?> claims, Optional<RobotTerms> terms) throws ParseException {
        Map<String, List<String>> values = new HashMap<>();
        for (Map.Entry<?, ?> claim : object(claims.get(CLAIMS)).entrySet()) {
            values.put(text(claim.getKey()), words(claim.getValue()));
        }
        return new Caller(
                Caller.Kind.valueOf(text(claims.get(KIND))),
                text(claims.get(NAME)),
                text(claims.get(VIA)),
                new HashSet<>(words(claims.get(GROUPS))),
                values,
                Optional.empty(),
                terms);
    }

    private static Set<Action> actions(@Nullable Object value) throws ParseException {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        words(value).forEach(word -> Action.of(word).ifPresent(actions::add));
        return actions;
    }

    private static Map<?, ?> object(@Nullable Object value) throws ParseException {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new ParseException("A claim is no object", 0);
    }

    private static List<String> words(@Nullable Object value) throws ParseException {
        if (value instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        throw new ParseException("A claim is no list", 0);
    }

    private static String text(@Nullable Object value) throws ParseException {
        if (value instanceof String text) {
            return text;
        }
        throw new ParseException("A claim is no text", 0);
    }
}
