/** What was deleted or moved comes back, or goes. */
@NullMarked
package dev.strata.upkeep.bin;

import org.jspecify.annotations.NullMarked;
