package dev.strata.access.people;

import java.time.Instant;
import java.util.Set;

/**
 * Somebody whom an issuer names, as it described them when they logged in last.
 *
 * @param id of this registry
 * @param name as grants have it: the issuer's name, a slash, and what the issuer calls them
 * @param title to show to people, who must not take it for a name
 * @param createdAt when they logged in first
 * @param seenAt when they logged in last
 * @param expiresAt until when what the issuer said then holds without another login
 */
public record Person(
        long id, String name, String title, Set<String> groups, Instant createdAt, Instant seenAt, Instant expiresAt) {

    public Person {
        groups = Set.copyOf(groups);
    }
}
