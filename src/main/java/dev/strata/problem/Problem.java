package dev.strata.problem;

/**
 * What can be wrong with a request, finer than the specification's error codes: one code serves several HTTP statuses.
 */
public enum Problem {
    BLOB_UNKNOWN(ErrorCode.BLOB_UNKNOWN),
    UPLOAD_UNKNOWN(ErrorCode.BLOB_UPLOAD_UNKNOWN),
    UPLOAD_INVALID(ErrorCode.BLOB_UPLOAD_INVALID),
    /** A body ended before it was whole. */
    UPLOAD_BROKEN_OFF(ErrorCode.BLOB_UPLOAD_INVALID),
    /** Another request is writing to the same upload. */
    UPLOAD_BUSY(ErrorCode.BLOB_UPLOAD_INVALID),
    /** A chunk does not continue where the upload stands. */
    UPLOAD_OUT_OF_ORDER(ErrorCode.BLOB_UPLOAD_INVALID),
    /** A requested range lies outside of the blob. */
    RANGE_NOT_SATISFIABLE(ErrorCode.SIZE_INVALID),
    DIGEST_INVALID(ErrorCode.DIGEST_INVALID),
    MANIFEST_BLOB_UNKNOWN(ErrorCode.MANIFEST_BLOB_UNKNOWN),
    MANIFEST_INVALID(ErrorCode.MANIFEST_INVALID),
    MANIFEST_UNKNOWN(ErrorCode.MANIFEST_UNKNOWN),
    MANIFEST_TOO_LARGE(ErrorCode.SIZE_INVALID),
    /** An image's configuration that is not one. */
    CONFIG_INVALID(ErrorCode.MANIFEST_INVALID),
    NAME_INVALID(ErrorCode.NAME_INVALID),
    /** A tag that the specification's grammar does not allow. */
    TAG_INVALID(ErrorCode.MANIFEST_INVALID),
    /** More tags in the query of a push than its answer has room to name. */
    TOO_MANY_TAGS(ErrorCode.SIZE_INVALID),
    NAME_UNKNOWN(ErrorCode.NAME_UNKNOWN),
    SIZE_INVALID(ErrorCode.SIZE_INVALID),
    /** A query parameter or header that is not what it should be. */
    PARAMETER_INVALID(ErrorCode.UNSUPPORTED),
    /** What is said to be a build step is none. */
    STEP_INVALID(ErrorCode.STEP_INVALID),
    /** A body with more than a request may ask at once. */
    REQUEST_TOO_LARGE(ErrorCode.SIZE_INVALID),
    /** A small body that dribbles in. */
    BODY_TOO_SLOW(ErrorCode.UNSUPPORTED),
    /** A cache scope that the caller may not write. */
    SCOPE_DENIED(ErrorCode.DENIED),
    /** A Host that is not this server's. */
    HOST_UNKNOWN(ErrorCode.DENIED),
    /** A web page of another site asks for a change. */
    CROSS_SITE(ErrorCode.DENIED),
    /** Nobody said who they are, or what they showed is not good. */
    UNAUTHENTICATED(ErrorCode.UNAUTHORIZED),
    /** Too many wrong passwords of late. */
    TOO_MANY_FAILURES(ErrorCode.TOOMANYREQUESTS),
    /** Who this is may never do that. */
    FORBIDDEN(ErrorCode.DENIED),
    /** A name, a group or a password that an account cannot have, or what a robot cannot be made for. */
    ACCOUNT_INVALID(ErrorCode.UNSUPPORTED),
    ACCOUNT_UNKNOWN(ErrorCode.ACCOUNT_UNKNOWN),
    /** The name of an account or a robot is taken. */
    ACCOUNT_EXISTS(ErrorCode.DENIED),
    /** Without this account nobody could administer the registry. */
    LAST_ADMINISTRATOR(ErrorCode.DENIED),
    /** A grant, or another rule, that is none. */
    GRANT_INVALID(ErrorCode.UNSUPPORTED),
    GRANT_UNKNOWN(ErrorCode.GRANT_UNKNOWN),
    /** A plan of a retention that there is not, or not any more. */
    PLAN_UNKNOWN(ErrorCode.PLAN_UNKNOWN),
    /** A plan that cannot be carried out: it is not ready, or things have changed since it was made. */
    PLAN_OUTDATED(ErrorCode.DENIED),
    /** A tag that may be neither moved nor deleted. */
    TAG_IMMUTABLE(ErrorCode.DENIED),
    /** A repository would have more than it may. */
    QUOTA_EXCEEDED(ErrorCode.DENIED),
    /** A lease that nobody holds: it was given back, or it expired. */
    LEASE_UNKNOWN(ErrorCode.LEASE_UNKNOWN),
    /** What the request was conditional on is not so (RFC 9110, section 15.5.13). */
    PRECONDITION_FAILED(ErrorCode.PRECONDITION_FAILED),
    /** The endpoint exists, but is switched off or not offered for this method. */
    UNSUPPORTED(ErrorCode.UNSUPPORTED),
    /** No such endpoint. */
    ENDPOINT_UNKNOWN(ErrorCode.UNSUPPORTED),
    /** The store has no room for what is pushed. */
    STORAGE_FULL(ErrorCode.DENIED),
    /** The disk failed: nothing that is pushed would be safe until the registry is started again. */
    STORAGE_FAILED(ErrorCode.UNAVAILABLE),
    /** What the registry needs cannot be reached, such as its database or the store of its blobs: the same request may succeed some seconds later. */
    AWAY(ErrorCode.UNAVAILABLE),
    /** Too many requests compete for the same rows, or for memory; the same request may succeed a moment later. */
    CONTENDED(ErrorCode.TOOMANYREQUESTS);

    private final ErrorCode code;

    Problem(ErrorCode code) {
        this.code = code;
    }

    /** The specification's code that a client sees. */
    public ErrorCode code() {
        return code;
    }
}
