package dev.strata.access.audit.log;

import dev.strata.testing.OnPostgres;

@OnPostgres
class AuditOnPostgresTest extends AuditTest {}
