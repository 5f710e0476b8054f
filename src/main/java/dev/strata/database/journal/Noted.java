package dev.strata.database.journal;

/** A change of a feature, which alone can read it. */
public record Noted(char feature, byte[] change) {}
