/** Entries that nobody committed: they are read from the histories of images that were pushed. */
@NullMarked
package dev.strata.cache.derivation;

import org.jspecify.annotations.NullMarked;
