package dev.strata.cache.exports;

import dev.strata.testing.OnPostgres;

@OnPostgres
class MergedCacheOnPostgresTest extends MergedCacheTest {}
