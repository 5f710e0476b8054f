package dev.strata.access.sessions;

import dev.strata.testing.OnPostgres;

@OnPostgres
class SessionsOnPostgresTest extends SessionsTest {}
