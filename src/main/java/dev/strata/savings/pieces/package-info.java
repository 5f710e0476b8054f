/** What one change of the registry leads to in the figures, done in pieces that each touch a bounded number of rows. */
@NullMarked
package dev.strata.savings.pieces;

import org.jspecify.annotations.NullMarked;
