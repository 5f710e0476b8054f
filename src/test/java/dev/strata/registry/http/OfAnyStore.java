package dev.strata.registry.http;

import dev.strata.testing.RegistryTest;

/** A registry whose store a test chooses. */
@RegistryTest
abstract class OfAnyStore {}
