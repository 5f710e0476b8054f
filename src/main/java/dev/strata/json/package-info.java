/** JSON that others wrote: read strictly, and asked for field by field. */
@NullMarked
package dev.strata.json;

import org.jspecify.annotations.NullMarked;
