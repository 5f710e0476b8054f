package dev.strata.upkeep.collection;

import dev.strata.testing.OnPostgres;

@OnPostgres
class EmptyRepositoriesOnPostgresTest extends EmptyRepositoriesTest {}
