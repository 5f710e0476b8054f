/** Clients that mean no good: a generator of odd requests, and abuse that goes on for long. */
@org.jspecify.annotations.NullMarked
package dev.strata.hostile;
