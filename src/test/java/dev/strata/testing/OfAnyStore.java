package dev.strata.testing;

/** A registry whose store a test chooses. */
@RegistryTest
public abstract class OfAnyStore {}
