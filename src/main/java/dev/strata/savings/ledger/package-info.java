/** What is counted, and how it lies in the database. One writer changes it: {@link dev.strata.savings.ledger.Books} says
 * what follows from what. */
@NullMarked
package dev.strata.savings.ledger;

import org.jspecify.annotations.NullMarked;
