package dev.strata.cache;

import dev.strata.testing.OnPostgres;

@OnPostgres
class MountedFilesOnPostgresTest extends MountedFilesTest {}
