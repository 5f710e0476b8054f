@NullMarked
package dev.strata.upkeep.retention.uses;

import org.jspecify.annotations.NullMarked;
