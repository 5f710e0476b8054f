package dev.strata.savings;

import dev.strata.testing.OnPostgres;

@OnPostgres
class SavingsTextOnPostgresTest extends SavingsTextTest {}
