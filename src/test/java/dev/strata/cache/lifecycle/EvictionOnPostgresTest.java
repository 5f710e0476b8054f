package dev.strata.cache.lifecycle;

import dev.strata.testing.OnPostgres;

@OnPostgres
class EvictionOnPostgresTest extends EvictionTest {}
