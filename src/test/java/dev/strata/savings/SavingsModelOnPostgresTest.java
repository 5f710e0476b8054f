package dev.strata.savings;

import dev.strata.testing.OnPostgres;

@OnPostgres
class SavingsModelOnPostgresTest extends SavingsModelTest {}
