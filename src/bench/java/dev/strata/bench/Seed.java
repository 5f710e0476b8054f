package dev.strata.bench;

/** What a case may need to find in a server before it begins. */
enum Seed {
    LARGE_BLOB, SMALL_BLOBS, MANIFESTS, FEW_TAGS, MANY_TAGS, IMAGE, CACHE
}
