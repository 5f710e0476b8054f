package dev.strata.cache.contents;

import dev.strata.testing.OnPostgres;

@OnPostgres
class ContentListsOnPostgresTest extends ContentListsTest {}
