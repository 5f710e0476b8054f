package dev.strata.access.browsers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.Answer;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RawConnection;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RunningRegistry;
import org.junit.jupiter.api.Test;

/** A port of its own for health and metrics is as closed to web pages as the main one. */
class ManagementPortTest {

    @Test
    void aSeparatePortIsBoundAndGuardedAsTheMainOne() {
        try (RunningRegistry registry = RunningRegistry.start(OwnDataDirectory.create(), "management.server.port=0")) {
            RegistryClient management = registry.management();
            assertThat(registry.client().get("/actuator/health")).hasStatus(404);
            Answer health = management.get("/actuator/health");
            assertThat(health).hasStatus(200).hasHeader("X-Content-Type-Options", "nosniff");
            assertThat(health.header("Content-Security-Policy")).contains("sandbox");
            assertThat(asked(management, "evil.example")).hasStatus(421);
            assertThat(asked(management, "localhost")).hasStatus(200);
        }
    }

    /** Monitoring asks from another machine, by whatever name it knows. */
    @Test
    void onAnAddressThatWasOpenedOnlyBrowsersAreKeptOut() {
        try (RunningRegistry registry = RunningRegistry.start(
                OwnDataDirectory.create(), "management.server.port=0", "management.server.address=0.0.0.0")) {
            assertThat(asked(registry.management(), "strata.monitoring.example")).hasStatus(200);
            assertThat(asked(registry.management(), "evil.example", "Accept-Language: en"))
                    .hasStatus(421);
            assertThat(asked(registry.client(), "strata.monitoring.example")).hasStatus(421);
        }
    }

    private static Answer asked(RegistryClient client, String host, String... headers) {
        try (RawConnection connection = client.connect()) {
            String[] lines = new String[2 + headers.length];
            lines[0] = "GET /actuator/health HTTP/1.1";
            lines[1] = "Host: " + host;
            System.arraycopy(headers, 0, lines, 2, headers.length);
            return connection.head(lines).answer();
        }
    }
}
