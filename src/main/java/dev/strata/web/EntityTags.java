package dev.strata.web;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares entity tags: RFC 9110, sections 13.1.1 and 13.1.2.
 *
 * <p>Spring's {@code WebRequest.checkNotModified} does both at once and answers by itself, where here a tag that does
 * not match is an error of the registry's form, and the cache needs to know which tags a commit may replace.
 */
public final class EntityTags {

    private static final Pattern TAG = Pattern.compile("(W/)?\"([^\"]*)\"");
    private static final Pattern BETWEEN = Pattern.compile("[\\s,]*");

    private EntityTags() {}

    /**
     * Lets a request go on where its If-Match header, if it has one, names this tag.
     *
     * @throws RegistryException PRECONDITION_FAILED
     */
    public static void requireMatch(HttpServletRequest request, String entityTag) {
        String ifMatch = request.getHeader("If-Match");
        if (ifMatch != null && !ifMatch.strip().equals("*") && !strong(ifMatch).orElse(Set.of()).contains(unquoted(entityTag))) {
            throw new RegistryException(
                    Problem.PRECONDITION_FAILED, "the content has another entity tag", Map.of("header", "If-Match"));
        }
    }

    private static String unquoted(String entityTag) {
        return entityTag.substring(1, entityTag.length() - 1);
    }

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
