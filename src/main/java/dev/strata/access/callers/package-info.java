/** Who is asking, and whom one asks what they may do. */
@NullMarked
package dev.strata.access.callers;

import org.jspecify.annotations.NullMarked;
