package dev.strata.access.callers;

import java.util.function.BooleanSupplier;

/**
 * Somebody who showed who they are.
 *
 * @param caller that they are
 * @param version of what they showed it with: changes when it does, so that what was given for it is void
 * @param stillHolds whether what they showed is good as things are now. It may ask the database
 */
public record Proven(Caller caller, String version, BooleanSupplier stillHolds) {}
