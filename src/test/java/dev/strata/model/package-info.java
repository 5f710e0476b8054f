/** The registry against what may be known of it: an exact model for one caller, invariants for many at once. */
@NullMarked
package dev.strata.model;

import org.jspecify.annotations.NullMarked;
