/** How plans are made, in pieces in the background. */
@NullMarked
package dev.strata.upkeep.retention.planning;

import org.jspecify.annotations.NullMarked;
