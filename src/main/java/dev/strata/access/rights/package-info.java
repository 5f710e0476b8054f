/** What may be done with repositories, as values: actions, patterns of names, what a caller may read. */
@NullMarked
package dev.strata.access.rights;

import org.jspecify.annotations.NullMarked;
