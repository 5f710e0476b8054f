package dev.strata.upkeep.retention.runs;

import dev.strata.testing.OnPostgres;

@OnPostgres
class RetentionOnPostgresTest extends RetentionTest {}
