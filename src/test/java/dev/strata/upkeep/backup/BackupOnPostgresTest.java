package dev.strata.upkeep.backup;

import dev.strata.testing.OnPostgres;

@OnPostgres
class BackupOnPostgresTest extends DumpedDatabaseTestCase {}
