package dev.strata.access.grants;

import dev.strata.testing.OnPostgres;

@OnPostgres
class GrantsApiOnPostgresTest extends GrantsApiTest {}
