package dev.strata.database.work;

import dev.strata.testing.OnPostgres;

@OnPostgres
class WorkQueueOnPostgresTest extends WorkQueueTest {}
