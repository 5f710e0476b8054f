/** The accounting: changes of the registry are noted in their own transactions, and one writer folds the notes into the
 * figures. {@link dev.strata.savings.books.Bookkeeper} is that writer. */
@NullMarked
package dev.strata.savings.books;

import org.jspecify.annotations.NullMarked;
