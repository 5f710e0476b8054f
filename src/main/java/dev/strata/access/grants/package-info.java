/** What callers may do: the grants, where they are kept, and what follows from them for a caller. */
@NullMarked
package dev.strata.access.grants;

import org.jspecify.annotations.NullMarked;
