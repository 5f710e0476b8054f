/** Runs: what a plan says is done, as far as nothing has changed, and can be taken back as a whole. */
@NullMarked
package dev.strata.upkeep.retention.runs;

import org.jspecify.annotations.NullMarked;
