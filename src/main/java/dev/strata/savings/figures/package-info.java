/** The whole registry's figures: as they are, as they were, and for Prometheus. */
@NullMarked
package dev.strata.savings.figures;

import org.jspecify.annotations.NullMarked;
