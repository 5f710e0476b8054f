/**
 * Changes are made again that a crash may have taken out of the database, each by the {@link dev.strata.database.replay.Redo} of
 * its feature.
 */
@NullMarked
package dev.strata.database.replay;

import org.jspecify.annotations.NullMarked;
