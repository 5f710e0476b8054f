/** What is told of what callers do: who did what from where. */
@NullMarked
package dev.strata.access.audit;

import org.jspecify.annotations.NullMarked;
