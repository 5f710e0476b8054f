/** Backups of the whole registry, made while it goes on, and what is restored from them. */
@NullMarked
package dev.strata.upkeep.backup;

import org.jspecify.annotations.NullMarked;
