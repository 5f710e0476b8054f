/**
 * What processes on one database agree on: who does what only one may do at a time, and that something has changed.
 *
 * <p>This is neither ShedLock nor db-scheduler: a claim here is kept by a heartbeat and not for a time that is known before,
 * it can be asked for within the transaction that relies on it, and with the embedded database there is nothing to write.
 */
@NullMarked
package dev.strata.database.replicas;

import org.jspecify.annotations.NullMarked;
