package dev.strata.cache.verification;

import dev.strata.testing.OnPostgres;

@OnPostgres
class PendingVerificationOnPostgresTest extends PendingVerificationTest {}
