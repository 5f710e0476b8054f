package dev.strata.registry.http;

import dev.strata.testing.OnPostgres;

@OnPostgres
class ManifestContentOnPostgresTest extends ManifestContentTest {}
