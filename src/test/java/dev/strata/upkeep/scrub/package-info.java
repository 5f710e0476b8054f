@NullMarked
package dev.strata.upkeep.scrub;

import org.jspecify.annotations.NullMarked;
