package dev.strata.cache.http;

import dev.strata.testing.OnPostgres;

@OnPostgres
class StageContentOnPostgresTest extends StageContentTest {}
