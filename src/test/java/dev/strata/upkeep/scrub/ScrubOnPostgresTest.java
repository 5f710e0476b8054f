package dev.strata.upkeep.scrub;

import dev.strata.testing.OnPostgres;

@OnPostgres
class ScrubOnPostgresTest extends ScrubTest {}
