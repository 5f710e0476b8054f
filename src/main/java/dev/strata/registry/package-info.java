/**
 * What is known of the bytes: repositories, blobs, manifests, tags, referrers; push and pull as use cases. Its rooms are the
 * packages below; here are its settings, and what all of its tables ask in the same way.
 *
 * <p>Each noun has a room with its table and what is read of it; {@code pushes} and {@code deletions} say what changes them.
 * Tables are public for the other rooms, and for nobody else.
 */
@NullMarked
package dev.strata.registry;

import org.jspecify.annotations.NullMarked;
