/** Moving in: what the directories of other registries have. */
@NullMarked
package dev.strata.upkeep.moving;

import org.jspecify.annotations.NullMarked;
