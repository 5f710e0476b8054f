package dev.strata.access.signin;

import dev.strata.testing.OnPostgres;

@OnPostgres
class SessionOnPostgresTest extends SessionTest {}
