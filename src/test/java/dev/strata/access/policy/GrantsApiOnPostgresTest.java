package dev.strata.access.policy;

import dev.strata.testing.OnPostgres;

@OnPostgres
class GrantsApiOnPostgresTest extends GrantsApiTest {}
