package dev.strata.access.audit;

import dev.strata.testing.OnPostgres;

@OnPostgres
class AuditOnPostgresTest extends AuditTest {}
