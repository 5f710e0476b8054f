/** Who did what from where: noted beside the requests, and kept for a while. */
@NullMarked
package dev.strata.access.audit;

import org.jspecify.annotations.NullMarked;
