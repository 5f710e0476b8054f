package dev.strata.upkeep.deletions;

import dev.strata.testing.OnPostgres;

@OnPostgres
class DeletionsOnPostgresTest extends DeletionsTest {}
