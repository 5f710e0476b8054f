/** Deletions as people see them. */
@NullMarked
package dev.strata.upkeep.deletions;

import org.jspecify.annotations.NullMarked;
