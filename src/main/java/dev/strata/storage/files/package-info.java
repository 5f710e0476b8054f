/**
 * Blobs as files in the data directory. It is in use unless another {@code strata.storage.kind} is set.
 *
 * <p>A blob's file has the name of its digest. {@link dev.strata.storage.files.FileSystemUpload} tells how bytes become one.
 */
@NullMarked
package dev.strata.storage.files;

import org.jspecify.annotations.NullMarked;
