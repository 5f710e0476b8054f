package dev.strata.access.refresh;

import dev.strata.testing.OnPostgres;

@OnPostgres
class RefreshTokensOnPostgresTest extends RefreshTokensTest {}
