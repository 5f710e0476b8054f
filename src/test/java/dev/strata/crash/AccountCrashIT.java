package dev.strata.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.Answer;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.Size;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people administer is there after a kill, as soon as it was answered. */
class AccountCrashIT {

    private static final int KILLS = Size.of("strata.crash.kills", 3, 20);
    private static final String[] SETTINGS = {"strata.access.admin-password=the first secret"};

    private static String basic(String name, String password) {
        return "Basic "
                + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void accountsRobotsAndRulesOutliveAKill() throws Exception {
        Path data = OwnDataDirectory.create();
        String admin = basic("admin", "the first secret");
        Map<String, String> made = new LinkedHashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (KillableServer server = KillableServer.start(data, SETTINGS)) {
                RegistryClient client = new RegistryClient(server.port());
                made.forEach((name, secret) -> assertThat(client.get("/v2/", "Authorization", basic(name, secret)))
                        .as("%s", name)
                        .hasStatus(200));
                String person = "person-" + kill;
                assertThat(client.send(
                                "POST",
                                "/api/access/accounts",
                                BodyPublishers.ofString("{\"name\":\"" + person + "\",\"password\":\"long enough\"}"),
                                "Authorization",
                                admin))
                        .hasStatus(201);
                made.put(person, "long enough");
                Answer robot = client.send(
                        "POST",
                        "/api/access/robots",
                        BodyPublishers.ofString("{\"name\":\"robot-" + kill
                                + "\",\"repositories\":[\"web\"],\"actions\":[\"pull\"]}"),
                        "Authorization",
                        admin);
                assertThat(robot).hasStatus(201);
                made.put("robot-" + kill, robot.json().path("secret").stringValue());
                assertThat(client.send(
                                "PUT",
                                "/api/upkeep/retention/rules/rule-" + kill,
                                BodyPublishers.ofString("{\"on\":\"web\",\"remove\":{\"older-than\":\"9d\"}}"),
                                "Authorization",
                                admin))
                        .hasStatus(200);
                server.kill();
            }
        }
        try (KillableServer server = KillableServer.start(data, SETTINGS)) {
            RegistryClient client = new RegistryClient(server.port());
            made.forEach((name, secret) -> assertThat(client.get("/v2/", "Authorization", basic(name, secret)))
                    .as("%s", name)
                    .hasStatus(200));
            assertThat(client.get("/api/upkeep/retention/rules", "Authorization", admin).json().path("rules").size())
                    .isEqualTo(KILLS);
        }
    }
}
