/**
 * Where bytes are: blobs by digest, and the uploads on their way there. Knows digests, not repositories.
 *
 * <p>{@link dev.strata.storage.BlobStore} is the face. Its kinds are in the rooms {@code files} and {@code bucket}.
 */
@NullMarked
package dev.strata.storage;

import org.jspecify.annotations.NullMarked;
