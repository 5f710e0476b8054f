/** The lists of files that steps took, kept so that a step that misses can say which files differ. */
@NullMarked
package dev.strata.cache.contents;

import org.jspecify.annotations.NullMarked;
