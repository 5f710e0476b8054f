/**
 * Where bytes are: blobs by digest, and the uploads on their way there. Knows digests, not repositories.
 *
 * <p>{@link dev.strata.storage.BlobStore} is the face; its first kind is the file system.
 */
@NullMarked
package dev.strata.storage;

import org.jspecify.annotations.NullMarked;
