/** What clients keep in the place of a password. */
@NullMarked
package dev.strata.access.refresh;

import org.jspecify.annotations.NullMarked;
