package dev.strata.database.replicas;

import dev.strata.testing.OnPostgres;

@OnPostgres
class SharedClaimsTest extends ClaimsTestCase {}
