package dev.strata.savings.quotas;

import dev.strata.testing.OnPostgres;

@OnPostgres
class QuotasOnPostgresTest extends QuotasTest {}
