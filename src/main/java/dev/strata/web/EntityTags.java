package dev.strata.web;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares entity tags: RFC 9110, section 13.1.2. */
public final class EntityTags {

    private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");
    private static final Pattern BETWEEN = Pattern.compile("[\\s,]*");

    private EntityTags() {}

    /** The tags of an If-Match header that can match, without quotes: not the weak ones. Empty where it is no list. */
    public static Optional<Set<String>> strong(String ifMatch) {
        Matcher tags = TAG.matcher(ifMatch);
        if (!tags.find() || !BETWEEN.matcher(tags.replaceAll("")).matches()) {
            return Optional.empty();
        }
        return Optional.of(TAG.matcher(ifMatch).results()
                .filter(tag -> tag.group(1) == null)
                .map(tag -> tag.group(2))
                .collect(Collectors.toSet()));
    }

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
