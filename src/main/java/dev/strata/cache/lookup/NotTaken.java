package dev.strata.cache.lookup;

import dev.strata.cache.Scope;
import dev.strata.oci.RepositoryName;

/**
 * An entry of a step that another repository has, and that is not taken.
 *
 * @param repository which the caller may read
 */
public record NotTaken(RepositoryName repository, Scope scope, Why why) {

    /** Why it is not taken, from what can be put right most easily on. */
    public enum Why {
        /** Its layer is yet to be verified. */
        NOT_VERIFIED,
        /** It is older than the caller takes. */
        TOO_OLD,
        /** It is a hint, and the caller does not take any. */
        HINT,
        /** It is in a scope that the caller does not read. */
        SCOPE,
        /** It is in a scope from which nothing is taken elsewhere. */
        NOT_PROTECTED,
        /** The caller may not bring layers into the repository that asks. */
        MAY_NOT_PUSH,
        /** The two repositories do not share. */
        NOT_SHARED,
        /** It expired, had to make room, lost its layer, or has one that is not what was said. */
        GONE
    }
}
