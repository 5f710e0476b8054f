/**
 * The layer cache: which layer came out of a build step, so that no agent runs that step again.
 *
 * <p>Public are the use cases ({@link dev.strata.cache.Entries}, {@link dev.strata.cache.Commits},
 * {@link dev.strata.cache.Resolver}, {@link dev.strata.cache.LayerQuestions}, {@link dev.strata.cache.Leases},
 * {@link dev.strata.cache.Uses}), their values, and {@link dev.strata.cache.CacheTotals} for whoever adds up what was
 * saved. Entries come in two ways: an agent commits what it ran, or an image is pushed whose history can be replayed.
 */
@NullMarked
package dev.strata.cache;

import org.jspecify.annotations.NullMarked;
