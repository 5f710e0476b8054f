/** What can go wrong with a request, and what its answer says then. Every package may say so. */
@NullMarked
package dev.strata.problem;

import org.jspecify.annotations.NullMarked;
