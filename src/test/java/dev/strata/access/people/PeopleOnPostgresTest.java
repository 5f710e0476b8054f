package dev.strata.access.people;

import dev.strata.testing.OnPostgres;

@OnPostgres
class PeopleOnPostgresTest extends PeopleTest {}
