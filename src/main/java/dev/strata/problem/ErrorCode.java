package dev.strata.problem;

/**
 * The error codes of the OCI Distribution Specification, section "Error Codes", and after them those of Strata's
 * extensions, which the specification leaves room for.
 */
public enum ErrorCode {
    BLOB_UNKNOWN,
    BLOB_UPLOAD_INVALID,
    BLOB_UPLOAD_UNKNOWN,
    DIGEST_INVALID,
    MANIFEST_BLOB_UNKNOWN,
    MANIFEST_INVALID,
    MANIFEST_UNKNOWN,
    NAME_INVALID,
    NAME_UNKNOWN,
    SIZE_INVALID,
    UNAUTHORIZED,
    DENIED,
    UNSUPPORTED,
    TOOMANYREQUESTS,
    STEP_INVALID,
    LEASE_UNKNOWN,
    PRECONDITION_FAILED,
    UNAVAILABLE,
    ACCOUNT_UNKNOWN,
    GRANT_UNKNOWN,
    PLAN_UNKNOWN
}
