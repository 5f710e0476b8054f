package dev.strata.access.accounts;

import java.time.Instant;
import java.util.Set;

/**
 * A person who signs in with a password that is kept here.
 *
 * @param name 1 to 255 characters
 * @param isAdministrator whether it may do everything
 * @param groups that grants may name
 * @param createdAt of the account
 * @param version changes whenever anything about the account does; of two accounts of one name, one after the other, too
 */
public record Account(String name, boolean isAdministrator, Set<String> groups, Instant createdAt, String version) {

    public Account {
        groups = Set.copyOf(groups);
    }
}
