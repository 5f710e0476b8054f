/** How values stand in columns, on both databases. */
@NullMarked
package dev.strata.database.columns;

import org.jspecify.annotations.NullMarked;
