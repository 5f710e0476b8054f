/** What shows that an image is needed: pulls, pushes, and what clusters say that they run. */
@NullMarked
package dev.strata.upkeep.retention.uses;

import org.jspecify.annotations.NullMarked;
