package dev.strata.cache.http;

import dev.strata.testing.OnPostgres;

@OnPostgres
class SharedCacheOnPostgresTest extends SharedCacheTest {}
