package dev.strata.cache.contents;

import dev.strata.testing.OnPostgres;

@OnPostgres
class MountedFilesOnPostgresTest extends MountedFilesTest {}
