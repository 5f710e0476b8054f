/**
 * Background work: noted in a transaction, done afterwards in bounded pieces that can be resumed. A piece that keeps failing
 * is set aside with its reason, and the rest goes on.
 *
 * <p>This is a queue of our own rather than db-scheduler, because an idle registry must write nothing: a scheduler in the
 * database writes its heartbeats and the times of its runs, and each write would bring a checkpoint of the embedded
 * database about. Here an idle queue is only read. A queue also takes one row for each note; that is what a push pays.
 */
@NullMarked
package dev.strata.database.work;

import org.jspecify.annotations.NullMarked;
