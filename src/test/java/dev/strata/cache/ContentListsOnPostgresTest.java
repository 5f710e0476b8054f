package dev.strata.cache;

import dev.strata.testing.OnPostgres;

@OnPostgres
class ContentListsOnPostgresTest extends ContentListsTest {}
