package dev.strata.access.grants;

import dev.strata.access.callers.Caller;
import dev.strata.access.rights.Glob;
import dev.strata.access.rights.InvalidGrantException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** To whom something is granted. */
public sealed interface Subject {

    /** What the caller's claims are in this grant, by name; empty where it is for someone else. */
    Optional<Map<String, String>> match(Caller caller);

    private static Optional<Map<String, String>> says(boolean matches) {
        return matches ? Optional.of(Map.of()) : Optional.empty();
    }

    /**
     * Reads one that is a single word, such as {@code robot:ci}.
     *
     * @throws InvalidGrantException
     */
    static Subject of(String text) {
        switch (text) {
            case "anonymous":
                return new Anonymous();
            case "anyone":
                return new Anyone();
            default:
        }
        int colon = text.indexOf(':');
        String name = text.substring(colon + 1);
        return switch (colon < 0 ? "" : text.substring(0, colon)) {
            case "account" -> new Named(Caller.Kind.ACCOUNT, Glob.of(name));
            case "person" -> new Named(Caller.Kind.PERSON, Glob.of(name));
            case "robot" -> new Named(Caller.Kind.ROBOT, Glob.of(name));
            case "certificate" -> new Certificate(SubjectPattern.of(name));
            case "group" -> new Group(Glob.of(name));
            default -> throw new InvalidGrantException("'" + text + "' is nobody: it is account:, person:, group:, robot:"
                    + " or certificate: and a name, an issuer with claims, anonymous, or anyone");
        };
    }

    /** Accounts, people or robots of a name. */
    record Named(Caller.Kind kind, Glob name) implements Subject {

        @Override
        public Optional<Map<String, String>> match(Caller caller) {
            return says(caller.kind() == kind && name.matches(caller.name()));
        }

        @Override
        public String toString() {
            return kind.name().toLowerCase(Locale.ROOT) + ":" + name;
        }
    }

    /** Those who show a certificate. */
    record Certificate(SubjectPattern name) implements Subject {

        @Override
        public Optional<Map<String, String>> match(Caller caller) {
            return says(caller.kind() == Caller.Kind.CERTIFICATE && name.matches(caller.name()));
        }

        @Override
        public String toString() {
            return "certificate:" + name;
        }
    }

    /** The members of groups. */
    record Group(Glob name) implements Subject {

        @Override
        public Optional<Map<String, String>> match(Caller caller) {
            return says(caller.groups().stream().anyMatch(name::matches));
        }

        @Override
        public String toString() {
            return "group:" + name;
        }
    }

    /** Those who show nothing. */
    record Anonymous() implements Subject {

        @Override
        public Optional<Map<String, String>> match(Caller caller) {
            return says(caller.kind() == Caller.Kind.ANONYMOUS);
        }

        @Override
        public String toString() {
            return "anonymous";
        }
    }

    /** Everybody, whether they show who they are or not. */
    record Anyone() implements Subject {

        @Override
        public Optional<Map<String, String>> match(Caller caller) {
            return says(true);
        }

        @Override
        public String toString() {
            return "anyone";
        }
    }

    /**
     * Whoever shows a token of an issuer that says this.
     *
     * @param claims each with the patterns of which its value has to match one
     */
    record Issuer(String url, Map<String, List<ClaimPattern>> claims) implements Subject {

        /** They are the same in all of an issuer's tokens for this registry, or tell when and not for whom it was made. */
        private static final Set<String> SAY_NOTHING = Set.of("aud", "iss", "exp", "iat", "nbf", "jti");

        /** @throws InvalidGrantException where it would be for everyone who gets a token there */
        public Issuer {
            claims = Map.copyOf(claims);
            boolean isBounded = claims.entrySet().stream()
                    .anyMatch(claim -> !SAY_NOTHING.contains(claim.getKey())
                            && claim.getValue().stream().noneMatch(ClaimPattern::isOpen));
            if (!isBounded) {
                throw new InvalidGrantException("a grant to the issuer " + url + " is for everyone who gets a token there,"
                        + " unless it says what a claim beside the audience has to be");
            }
        }

        @Override
        public Optional<Map<String, String>> match(Caller caller) {
            if (!caller.issuer().equals(url)) {
                return Optional.empty();
            }
            Map<String, String> values = new HashMap<>();
            caller.claims().forEach((name, said) -> {
                if (said.size() == 1) { // of several, nobody could say which is meant
                    values.put(name, said.getFirst());
                }
            });
            for (var claim : claims.entrySet()) {
                Optional<Map<String, String>> found = match(claim.getValue(), caller.claims().get(claim.getKey()));
                if (found.isEmpty()) {
                    return Optional.empty();
                }
                values.putAll(found.get());
            }
            return Optional.of(values);
        }

        private static Optional<Map<String, String>> match(
                List<ClaimPattern> patterns, @Nullable List<String> values) {
            if (values == null) {
                return Optional.empty();
            }
            return values.stream()
                    .flatMap(value -> patterns.stream().flatMap(pattern -> pattern.match(value).stream()))
                    .findFirst();
        }

        @Override
        public String toString() {
            return "issuer:" + url + " " + new TreeMap<>(claims);
        }
    }
}
