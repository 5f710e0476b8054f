package dev.strata.upkeep.retention.runs;

import dev.strata.testing.OnPostgres;

@OnPostgres
class RetentionModelOnPostgresTest extends RetentionModelTest {}
