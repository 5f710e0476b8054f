/**
 * The database, embedded or PostgreSQL, as the program is given it. What makes its commits durable, and what is done with it, is
 * in the rooms below.
 */
@NullMarked
package dev.strata.database;

import org.jspecify.annotations.NullMarked;
