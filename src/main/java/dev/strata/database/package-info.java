/**
 * The database, embedded or PostgreSQL, and what makes its commits durable.
 *
 * <p>Public is {@link dev.strata.database.Durability}, to which a feature tells what it is about to commit, and
 * {@link dev.strata.database.Redo}, by which it makes that again after a crash.
 */
@NullMarked
package dev.strata.database;

import org.jspecify.annotations.NullMarked;
