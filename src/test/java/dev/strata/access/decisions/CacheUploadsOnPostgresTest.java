package dev.strata.access.decisions;

import dev.strata.testing.OnPostgres;

@OnPostgres
class CacheUploadsOnPostgresTest extends CacheUploadsTest {}
