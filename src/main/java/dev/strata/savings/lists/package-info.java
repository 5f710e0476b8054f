/** Repositories and tags with what they take up, listed by name or by a figure, a page at a time. */
@NullMarked
package dev.strata.savings.lists;

import org.jspecify.annotations.NullMarked;
