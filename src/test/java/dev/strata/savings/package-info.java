/** The accounting over HTTP, compared with a slow count by the definitions. */
@NullMarked
package dev.strata.savings;

import org.jspecify.annotations.NullMarked;
