/** Moving in and out: the directories of other registries come in, and backups of this one are made and brought back. */
@NullMarked
package dev.strata.upkeep.moving;

import org.jspecify.annotations.NullMarked;
