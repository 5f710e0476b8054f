package dev.strata.upkeep.backup;

import dev.strata.testing.OnS3;

@OnS3
class BackupOnS3Test extends DumpedDatabaseTestCase {}
