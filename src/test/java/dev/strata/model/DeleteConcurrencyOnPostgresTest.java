package dev.strata.model;

import dev.strata.testing.OnPostgres;

@OnPostgres
class DeleteConcurrencyOnPostgresTest extends DeleteConcurrencyTest {}
