@NullMarked
package dev.strata.upkeep.backup;

import org.jspecify.annotations.NullMarked;
