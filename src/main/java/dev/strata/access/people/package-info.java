/** People whom issuers name, as they were described when they logged in last. */
@NullMarked
package dev.strata.access.people;

import org.jspecify.annotations.NullMarked;
