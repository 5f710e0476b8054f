package dev.strata.access.callers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who is asking.
 *
 * @param kind how the caller showed who it is
 * @param name within its kind, as it appears in the audit log: of an account or a robot its name, of a person the name of
 *     the issuer, a slash, and what it calls them, of a workload the subject of its token, of a certificate its subject; empty
 *     where nobody showed anything
 * @param issuer of a workload's token, or who names a person; empty for all others
 * @param groups that an account or a person is a member of
 * @param claims of a workload's or a person's token, each with all of its values
 * @param token what a token that Strata issued carries: the caller may do no more than that. Absent where rights are looked
 *     up as they are now
 * @param terms on which a robot was made; absent for all others
 */
public record Caller(
        Kind kind,
        String name,
        String issuer,
        Set<String> groups,
        Map<String, List<String>> claims,
        Optional<TokenRights> token,
        Optional<RobotTerms> terms) {

    /** Nobody said who they are. */
    public static final Caller ANONYMOUS = of(Kind.ANONYMOUS, "");

    /** Whoever reaches a registry without logins. */
    public static final Caller ANYBODY = of(Kind.ANYBODY, "");

    /** The group of those who may do everything: accounts that are kept here, and no others, are in it. */
    public static final String ADMINISTRATORS = "administrators";

    /** How a caller showed who it is. */
    public enum Kind {
        /** Not at all, on a registry without logins: everything is allowed. */
        ANYBODY,
        /** Not at all: only what is granted to {@code anonymous} is allowed. */
        ANONYMOUS,
        /** By a password. */
        ACCOUNT,
        /** By a login at an issuer. */
        PERSON,
        /** By a robot's secret. */
        ROBOT,
        /** By an issuer's token. */
        WORKLOAD,
        /** By a client certificate. */
        CERTIFICATE,
        /** By having the data directory, as whom the system knows. Not by a request. */
        DIRECTORY
    }

    public Caller {
        groups = Set.copyOf(groups);
        claims = Map.copyOf(claims);
    }

    public static Caller of(Kind kind, String name) {
        return new Caller(kind, name, "", Set.of(), Map.of(), Optional.empty(), Optional.empty());
    }

    /** Stands for who it is, without a space; empty on a registry without logins, where all are one. */
    public String key() {
        return kind == Kind.ANYBODY
                ? ""
                : Digest.ofContent(DigestAlgorithm.SHA256, String.join("\0", kind.name(), issuer, name).getBytes(UTF_8))
                        .hex();
    }

    /** The same caller, whatever their token carries: what the grants say is looked up. */
    public Caller withoutToken() {
        return token.isEmpty() ? this : new Caller(kind, name, issuer, groups, claims, Optional.empty(), terms);
    }

    /** The same caller, held to what a token carries. */
    public Caller with(TokenRights rights) {
        return new Caller(kind, name, issuer, groups, claims, Optional.of(rights), terms);
    }

    /** Whether this is an account that may do everything. */
    public boolean isAdministrator() {
        return kind == Kind.ACCOUNT && issuer.isEmpty() && groups.contains(ADMINISTRATORS);
    }
}
