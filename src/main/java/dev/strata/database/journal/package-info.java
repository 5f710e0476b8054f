/** The files in which a change stands, forced to the disk, before the embedded database has it for good. */
@NullMarked
package dev.strata.database.journal;

import org.jspecify.annotations.NullMarked;
