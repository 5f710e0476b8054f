package dev.strata.access.people;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an issuer says of somebody who logs in.
 *
 * @param issuer by the name that it has here: a word without a slash
 * @param name what it calls them, and nobody else
 * @param subject the claim {@code sub}, which never is somebody else's
 * @param title to show to people; anybody may choose theirs
 * @param groups that they are a member of
 * @param claims each with all of its values
 */
public record Described(
        String issuer,
        String name,
        String subject,
        String title,
        Set<String> groups,
        Map<String, List<String>> claims) {

    public Described {
        groups = Set.copyOf(groups);
        claims = Map.copyOf(claims);
    }

    /** As grants name them. */
    public String fullName() {
        return issuer + "/" + name;
    }
}
