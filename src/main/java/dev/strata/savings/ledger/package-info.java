/** How the figures lie in the database. One writer changes them: {@link dev.strata.savings.ledger.Books} says what follows
 * from what. */
@NullMarked
package dev.strata.savings.ledger;

import org.jspecify.annotations.NullMarked;
