@NullMarked
package dev.strata.upkeep.moving;

import org.jspecify.annotations.NullMarked;
