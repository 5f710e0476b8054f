package dev.strata.access.oidc;

import dev.strata.testing.OnPostgres;
import dev.strata.testing.RegistryClient;
import org.springframework.beans.factory.annotation.Autowired;

@OnPostgres
class OidcLoginOnPostgresTest extends OidcLoginTest {

    @Autowired
    OidcLoginOnPostgresTest(RegistryClient registry) {
        super(registry);
    }
}
