package dev.strata.model;

import dev.strata.testing.OnPostgres;

@OnPostgres
class PushConcurrencyOnPostgresTest extends PushConcurrencyTest {}
