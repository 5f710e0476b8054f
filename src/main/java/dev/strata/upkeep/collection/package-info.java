/** Gives back what nothing holds any more: links of blobs, blobs, manifests. Work follows what may have become garbage. */
@NullMarked
package dev.strata.upkeep.collection;

import org.jspecify.annotations.NullMarked;
