package dev.strata.savings;

import dev.strata.testing.OnPostgres;

@OnPostgres
class ManyParentsOnPostgresTest extends ManyParentsTest {}
