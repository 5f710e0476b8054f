/** What slows down those who guess. */
@NullMarked
package dev.strata.access.guesses;

import org.jspecify.annotations.NullMarked;
