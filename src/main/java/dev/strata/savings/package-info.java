/**
 * What sharing saves: the accounting of docs/savings.md.
 *
 * <p>Every change of the registry is noted in its own transaction ({@link dev.strata.savings.ChangeNotes}); one writer
 * folds the notes into the figures ({@link dev.strata.savings.Bookkeeper}). References of manifests and sizes of blobs
 * never change once they are there, so they are read where the registry has them; nothing of the registry's is written.
 *
 * <p>Public are the reports and their values.
 */
@NullMarked
package dev.strata.savings;

import org.jspecify.annotations.NullMarked;
