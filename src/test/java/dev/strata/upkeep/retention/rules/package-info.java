@NullMarked
package dev.strata.upkeep.retention.rules;

import org.jspecify.annotations.NullMarked;
