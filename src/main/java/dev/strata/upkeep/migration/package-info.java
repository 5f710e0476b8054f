/** A whole registry is moved to another database and another store, and back. */
@NullMarked
package dev.strata.upkeep.migration;

import org.jspecify.annotations.NullMarked;
