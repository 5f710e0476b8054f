/** What follows from the policy for a caller, a tag, or an upload. */
@NullMarked
package dev.strata.access.decisions;

import org.jspecify.annotations.NullMarked;
