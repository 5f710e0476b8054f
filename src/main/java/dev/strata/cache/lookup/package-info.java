/**
 * What is asked of the cache: a step by its key ({@link dev.strata.cache.lookup.EntryLookup}), a whole Dockerfile
 * ({@link dev.strata.cache.lookup.Resolver}), or one instruction ({@link dev.strata.cache.lookup.LayerQuestions}). Who may
 * have which entry is decided in one place, {@link dev.strata.cache.lookup.Judgement}.
 */
@NullMarked
package dev.strata.cache.lookup;

import org.jspecify.annotations.NullMarked;
