/** Who is asking, and what they may do. */
@NullMarked
package dev.strata.access;

import org.jspecify.annotations.NullMarked;
