@NullMarked
package dev.strata.upkeep.retention.runs;

import org.jspecify.annotations.NullMarked;
