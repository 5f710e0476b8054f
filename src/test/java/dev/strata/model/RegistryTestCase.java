package dev.strata.model;

import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** With connections of its own to a registry that other tests use too, in other repositories. */
@RegistryTest
abstract class RegistryTestCase {

    private RegistryCalls calls = new RegistryCalls(URI.create("http://127.0.0.1"));

    @BeforeEach
    void connect(@Autowired RegistryClient registry) {
        connect(URI.create(registry.origin()));
    }

    final void connect(URI registry, String... headers) {
        calls = new RegistryCalls(registry, headers);
    }

    @AfterEach
    void disconnect() {
        calls.close();
    }

    RegistryCalls calls() {
        return calls;
    }
}
