/**
 * The benchmark: Strata beside other registries and a plain file server, in one run, with one client, on one disk.
 *
 * <p>Every server is started by this program on the loopback interface with an empty directory of its own, filled with
 * the same content through its own API, and measured in turn, case by case, in an order that changes from round to
 * round. What is reported is the median of the rounds. The client shares the machine's cores with the servers, so it
 * is written to cost little: plain sockets, large direct buffers, content whose digest is known before the clock runs.
 */
package dev.strata.bench;
