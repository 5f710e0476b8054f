package dev.strata.cache.leases;

import java.time.Instant;

/**
 * The word that someone runs a step, so that others wait for it instead of running it too. It is advice: nobody is kept
 * from building by it.
 *
 * @param id by which its holder renews it and gives it back
 * @param fence higher than that of each lease before it
 * @param expiresAt when it ends unless it is renewed, by the clock; what counts is the time that passes
 * @param hedge whether another one runs the same step, and takes longer than that step usually does
 */
public record GrantedLease(String id, long fence, Instant expiresAt, boolean hedge) {}
