/**
 * Blobs as objects in a bucket of a store that speaks S3. It is in use where {@code strata.storage.kind=s3}; nothing of the
 * store's client is loaded otherwise.
 *
 * <p>An object has a name of its own from the moment at which its first byte is stored, and keeps it: the blob's row says
 * which one it is. {@link dev.strata.storage.bucket.BucketUpload} tells how bytes become one.
 */
@NullMarked
package dev.strata.storage.bucket;

import org.jspecify.annotations.NullMarked;
