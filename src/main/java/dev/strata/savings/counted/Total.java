package dev.strata.savings.counted;

/** What is counted over all repositories. The name is how it lies in the database. */
public enum Total {
    BLOBS_IN_USE_SIZE,
    BLOBS_IN_USE_COUNT,
    MANIFESTS_IN_USE_SIZE,
    MANIFESTS_IN_USE_COUNT,
    BLOBS_UNREFERENCED_SIZE,
    MANIFESTS_UNREFERENCED_SIZE,
    BLOBS_UNLINKED_SIZE,
    MANIFESTS_UNLINKED_SIZE,
    /** The size of each object times the images that it is a part of. */
    PARTS_SIZE,
    /** The size of each object times the repositories in which it is a part of an image. */
    HOLDINGS_SIZE,
    AS_IF_UNSHARED,
    SAVED_BY_TAGS,
    REPOSITORIES,
    IMAGES,
    TAGS,
    UPLOADED,
    UPLOADED_AGAIN,
    MOUNTED,
    AUTO_MOUNTED,
    EXISTING,
    SERVED,
    /** In milliseconds since 1970. */
    COUNTED_SINCE,
    LAST_IMAGE_NUMBER,
    LAST_STACK_ID,
    /** Of the layer tree's root. */
    STACK_IMAGES,
    STACK_CHILDREN,
    STACK_CHILDREN_SIZE
}
