package dev.strata.upkeep.collection;

import dev.strata.testing.OnPostgres;

@OnPostgres
class CollectionOnPostgresTest extends CollectionTest {}
