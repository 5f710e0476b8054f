package dev.strata.access.http;

import dev.strata.testing.OnPostgres;

@OnPostgres
class AccessApiOnPostgresTest extends AccessApiTest {}
