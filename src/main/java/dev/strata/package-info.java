/** Strata: a container registry that is also the build cache. */
@NullMarked
package dev.strata;

import org.jspecify.annotations.NullMarked;
