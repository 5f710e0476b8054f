/** The tokens that this registry gives out: short-lived, signed, and read without the database. */
@NullMarked
package dev.strata.access.tokens;

import org.jspecify.annotations.NullMarked;
