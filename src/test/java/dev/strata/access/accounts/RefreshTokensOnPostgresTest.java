package dev.strata.access.accounts;

import dev.strata.testing.OnPostgres;

@OnPostgres
class RefreshTokensOnPostgresTest extends RefreshTokensTest {}
