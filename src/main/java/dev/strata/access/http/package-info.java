/** The controllers of {@code /api/access}: who am I, accounts, robots. */
@NullMarked
package dev.strata.access.http;

import org.jspecify.annotations.NullMarked;
