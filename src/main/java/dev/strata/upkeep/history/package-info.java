/** Where tags pointed, and how that ended. */
@NullMarked
package dev.strata.upkeep.history;

import org.jspecify.annotations.NullMarked;
