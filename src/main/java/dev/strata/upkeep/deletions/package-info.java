/** Deletions as people see them: tags that are deleted with their images, what of it can be taken back, and when it goes. */
@NullMarked
package dev.strata.upkeep.deletions;

import org.jspecify.annotations.NullMarked;
