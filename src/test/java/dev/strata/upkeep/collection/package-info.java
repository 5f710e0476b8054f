/** What nothing holds goes, and what anything holds stays, whatever happens at the same time. */
@NullMarked
package dev.strata.upkeep.collection;

import org.jspecify.annotations.NullMarked;
