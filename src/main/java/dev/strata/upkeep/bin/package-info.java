/** What was deleted or moved, and can be taken back for a while. */
@NullMarked
package dev.strata.upkeep.bin;

import org.jspecify.annotations.NullMarked;
