/** Plans: which images go, by which rule, and how many bytes go with them. */
@NullMarked
package dev.strata.upkeep.retention.plans;

import org.jspecify.annotations.NullMarked;
