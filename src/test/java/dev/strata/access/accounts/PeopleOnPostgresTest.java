package dev.strata.access.accounts;

import dev.strata.testing.OnPostgres;

@OnPostgres
class PeopleOnPostgresTest extends PeopleTest {}
