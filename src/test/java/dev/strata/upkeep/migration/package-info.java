@NullMarked
package dev.strata.upkeep.migration;

import org.jspecify.annotations.NullMarked;
