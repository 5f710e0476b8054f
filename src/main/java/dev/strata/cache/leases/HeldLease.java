package dev.strata.cache.leases;

import java.time.Duration;

/**
 * A lease that somebody holds.
 *
 * @param left how long it goes on unless it is renewed
 */
record HeldLease(String id, Leases.Slot slot, long fence, boolean hedge, Duration left) {}
