package dev.strata.oci;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.util.Map;
import java.util.regex.Pattern;

/** A name for a manifest that can be moved: {@code [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}}. */
public record Tag(String name) implements Reference, Comparable<Tag> {

    private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    /** @throws RegistryException TAG_INVALID */
    public Tag {
        if (!GRAMMAR.matcher(name).matches()) {
            throw new RegistryException(
                    Problem.TAG_INVALID, "invalid tag: a tag matches " + GRAMMAR.pattern(), Map.of("tag", name));
        }
    }

    public static Tag of(String name) {
        return new Tag(name);
    }

    /**
     * The tag under which clients keep an index of a manifest's referrers where a registry has no referrers API: OCI
     * Distribution Specification, "Referrers Tag Schema", which cuts the value to 64 characters.
     */
    public static Tag ofReferrers(Digest subject) {
        return new Tag(subject.algorithm().prefix() + "-" + subject.hex().substring(0, 64));
    }

    @Override
    public int compareTo(Tag other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
