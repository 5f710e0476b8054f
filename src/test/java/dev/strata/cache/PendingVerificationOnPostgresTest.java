package dev.strata.cache;

import dev.strata.testing.OnPostgres;

@OnPostgres
class PendingVerificationOnPostgresTest extends PendingVerificationTest {}
