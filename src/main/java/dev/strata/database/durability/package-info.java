/**
 * What makes a commit outlive a crash. A feature tells {@link dev.strata.database.durability.Durability} what it is about to
 * commit.
 */
@NullMarked
package dev.strata.database.durability;

import org.jspecify.annotations.NullMarked;
