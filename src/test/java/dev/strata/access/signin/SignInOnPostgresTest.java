package dev.strata.access.signin;

import dev.strata.testing.OnPostgres;

@OnPostgres
class SignInOnPostgresTest extends SignInTest {}
