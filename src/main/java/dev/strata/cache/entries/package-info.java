/**
 * Entries, and all statements about their rows: {@link dev.strata.cache.entries.EntryReads} finds them,
 * {@link dev.strata.cache.entries.EntryWrites} changes them for whoever has a transaction, and
 * {@link dev.strata.cache.entries.EntryLifecycle} does what no request asks for.
 */
@NullMarked
package dev.strata.cache.entries;

import org.jspecify.annotations.NullMarked;
