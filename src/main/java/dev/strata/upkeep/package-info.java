/**
 * What keeps the registry in order: docs/upkeep.md says what is kept, and why.
 *
 * <p>{@code collection} gives back what nothing holds any more, {@code bin} keeps for a while what was deleted,
 * {@code retention} removes images by rules, and {@code http} is the API of the bin.
 */
@NullMarked
package dev.strata.upkeep;

import org.jspecify.annotations.NullMarked;
