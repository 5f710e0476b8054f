package dev.strata.web;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares entity tags: RFC 9110, sections 13.1.1 and 13.1.2. */
public final class EntityTags {

    private EntityTags() {}

    /**
     * Lets a request go on where its If-Match header, if it has one, names this tag. Tags that are weak name none.
     *
     * @throws RegistryException PRECONDITION_FAILED
     */
    public static void requireMatch(HttpServletRequest request, String entityTag) {
        String ifMatch = request.getHeader("If-Match");
        if (ifMatch == null) {
            return;
        }
        for (String candidate : ifMatch.split(",")) {
            String tag = candidate.strip();
            if (tag.equals("*") || tag.equals(entityTag)) {
                return;
            }
        }
        throw new RegistryException(
                Problem.PRECONDITION_FAILED, "the content has another entity tag", Map.of("header", "If-Match"));
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
