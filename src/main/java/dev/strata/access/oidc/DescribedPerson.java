package dev.strata.access.oidc;

import dev.strata.access.AccessProperties.Issuer;
import dev.strata.access.people.Described;
import dev.strata.access.workloads.FlatClaims;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads from a token who somebody is. */
final class DescribedPerson {

    /** What people are called, the most human first. None of it says who they are: some people choose it themselves. */
    private static final List<String> TITLES = List.of("name", "preferred_username", "email", "sub");

    /** What is of this one token, and what has a place of its own. */
    private static final Set<String> LEFT_OUT =
            Set.of("iss", "aud", "azp", "exp", "iat", "nbf", "auth_time", "jti", "nonce", "at_hash", "c_hash", "sid");

    private static final String EMAIL = "email";

    private DescribedPerson() {}

    /** @throws IllegalArgumentException where it does not say what they are called */
    static Described of(Issuer issuer, Map<String, Object> token) {
        Map<String, List<String>> claims = new HashMap<>(FlatClaims.of(token));
        String subject = one(claims, "sub");
        String name = one(claims, issuer.nameClaim());
        if (subject.isEmpty() || name.isEmpty()) {
            throw new IllegalArgumentException("the token does not say who it is: it has no single " + issuer.nameClaim());
        }
        // Whoever is asked for an address can write anybody's, until it is verified.
        if (issuer.nameClaim().equals(EMAIL) && !one(claims, "email_verified").equals("true")) {
            throw new IllegalArgumentException("the address is not verified");
        }
        Set<String> groups = issuer.groupsClaim().isEmpty() ? Set.of() : groups(token, issuer);
        String title = TITLES.stream().map(claim -> one(claims, claim)).filter(text -> !text.isEmpty()).findFirst().orElse(name);
        claims.keySet().removeAll(LEFT_OUT);
        claims.remove(issuer.groupsClaim());
        return new Described(issuer.name(), name, subject, title, groups, claims);
    }

    private static String one(Map<String, List<String>> claims, String name) {
        List<String> values = claims.getOrDefault(name, List.of());
        return values.size() == 1 ? values.getFirst() : "";
    }

    /** However many there are: {@link FlatClaims} leaves out what is large. */
    private static Set<String> groups(Map<String, Object> token, Issuer issuer) {
        Object value = token;
        for (String step : path(token, issuer.groupsClaim())) {
            value = value instanceof Map<?, ?> object ? object.get(step) : null;
        }
        Stream<?> all = value instanceof List<?> list ? list.stream() : Stream.ofNullable(value);
        Set<String> groups = new HashSet<>();
        all.filter(String.class::isInstance).map(String.class::cast).filter(group -> !group.isEmpty()).forEach(groups::add);
        return groups;
    }

    /** A claim may have dots in its name, or be within another, as {@code realm_access.roles} is. */
    private static List<String> path(Map<String, Object> token, String claim) {
        return token.containsKey(claim) ? List.of(claim) : List.of(claim.split("\\."));
    }
}
