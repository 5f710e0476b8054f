/** What others hear of what happens to blobs, manifests and tags. */
@NullMarked
package dev.strata.registry.events;

import org.jspecify.annotations.NullMarked;
