package dev.strata.web;

import org.jspecify.annotations.Nullable;

/** Compares entity tags: RFC 9110, section 13.1.2. */
public final class EntityTags {

    private EntityTags() {}

    /** Says whether an If-None-Match header, absent as null, names this tag. */
    public static boolean match(@Nullable String ifNoneMatch, String entityTag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String candidate : ifNoneMatch.split(",")) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(entityTag) || tag.equals("W/" + entityTag)) {
                return true;
            }
        }
        return false;
    }
}
