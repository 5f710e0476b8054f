package dev.strata.storage;

/** Where blobs can be. */
public enum StorageKind {
    /** In the data directory. */
    FILE_SYSTEM,
    /** In a bucket of a store that speaks S3. */
    S3
}
