package dev.strata.agent.login;

/**
 * An issuer at which people log in for a registry.
 *
 * @param name by which the registry calls it
 * @param issuer its address
 * @param clientId what this program is called there; it keeps no secret
 * @param scopes to ask for
 */
public record IssuerOffer(String name, String issuer, String clientId, String scopes) {}
