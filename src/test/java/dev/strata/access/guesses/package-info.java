@NullMarked
package dev.strata.access.guesses;

import org.jspecify.annotations.NullMarked;
