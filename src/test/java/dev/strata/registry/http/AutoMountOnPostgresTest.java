package dev.strata.registry.http;

import dev.strata.testing.OnPostgres;

@OnPostgres
class AutoMountOnPostgresTest extends AutoMountTest {}
