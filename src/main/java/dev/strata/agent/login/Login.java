package dev.strata.agent.login;

/**
 * What is shown to a registry.
 *
 * @param name of who it is; empty where the secret says that
 * @param source where it comes from, as messages name it
 */
public record Login(Kind kind, String name, String secret, String source) {

    /** How it is shown. */
    public enum Kind {
        /** A name and a password, with Basic authentication. */
        PASSWORD,
        /** What docker keeps in the place of a password: a refresh token of OAuth 2.0. */
        REFRESH_TOKEN,
        /** What a platform signs for a job, to be exchanged for a token of the registry (RFC 8693). */
        ID_TOKEN,
        /** Something that the registry takes as it is, with Bearer authentication. */
        BEARER
    }

    /** Without the secret, which must not get into a log. */
    @Override
    public String toString() {
        return kind + " of " + source;
    }
}
