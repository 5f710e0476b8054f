/** What decides which changes are folded, and how. */
@NullMarked
package dev.strata.savings.books;

import org.jspecify.annotations.NullMarked;
