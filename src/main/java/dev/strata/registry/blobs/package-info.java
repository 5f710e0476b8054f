/** Blobs and the repositories that have them: pulled, mounted, uploaded, promised to clients, and forgotten. */
@NullMarked
package dev.strata.registry.blobs;

import org.jspecify.annotations.NullMarked;
