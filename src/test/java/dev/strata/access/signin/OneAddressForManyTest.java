package dev.strata.access.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.access.rights.Action;
import dev.strata.access.accounts.Accounts;
import dev.strata.access.robots.NewRobot;
import dev.strata.access.accounts.Passwords;
import dev.strata.access.robots.Robots;
import dev.strata.access.workloads.TestIssuer;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Many people and jobs have one address; what some of them do wrong does not keep the others out. */
@RegistryTest
@TestPropertySource(properties = "strata.access.admin-password=the first secret")
class OneAddressForManyTest {

    private static final TestIssuer ISSUER = new TestIssuer();
    private static final String AUDIENCE = "strata-test";
    private static final int VERY_MANY = 200;

    @DynamicPropertySource
    static void trust(DynamicPropertyRegistry settings) {
        settings.add("strata.access.issuers[0].issuer", ISSUER::issuer);
        settings.add("strata.access.issuers[0].audience", () -> AUDIENCE);
    }

    @Autowired
    RegistryClient registry;

    @Autowired
    Accounts accounts;

    @Autowired
    Passwords passwords;

    @Autowired
    Robots robots;

    private Answer enter(String name, String secret) {
        return registry.get(
                "/auth/token",
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString((name + ":" + secret).getBytes(UTF_8)));
    }

    private void failUntilHeldUp(IntFunction<Answer> attempt) {
        Answer last = attempt.apply(0);
        for (int i = 1; i < VERY_MANY && last.status() == 401; i++) {
            last = attempt.apply(i);
        }
        assertThat(last).isError(429, ErrorCode.TOOMANYREQUESTS);
        assertThat(Integer.parseInt(last.header("Retry-After"))).isBetween(1, 61);
    }

    private String robot() {
        return robots.create(new NewRobot(
                        "robot-" + System.nanoTime(),
                        passwords.find("admin").orElseThrow().caller(),
                        List.of("team/**"),
                        Set.of(Action.PULL),
                        List.of(),
                        Optional.empty()))
                .secret();
    }

    private String idToken(String audience) {
        return ISSUER.sign(ISSUER.claims(audience).build());
    }

    private void change(String password) {
        accounts.change("admin", Optional.of(passwords.hash(password)), Optional.empty(), Optional.empty());
    }

    @Test
    void jobsWithSecretsAndTokensGoOnWhateverOthersShow() {
        String robot = robot();
        failUntilHeldUp(i -> enter("ci", robot.substring(0, robot.length() - 3) + "%03d".formatted(i)));
        failUntilHeldUp(i -> enter("ci", idToken("another-service")));
        assertThat(enter("ci", robot())).isJson(200);
        assertThat(enter("ci", idToken(AUDIENCE))).isJson(200);
        assertThat(enter("admin", "the first secret")).as("a password").isJson(200);

        failUntilHeldUp(i -> enter("name-" + i, "a guess"));
        assertThat(enter("ci", robot())).isJson(200);
        assertThat(enter("ci", idToken(AUDIENCE))).isJson(200);
        assertThat(enter("admin", "the first secret")).as("remembered").isJson(200);
        change("the second secret");
        assertThat(enter("admin", "the second secret")).as("not remembered, but from a known address").isJson(200);
        change("the first secret");
    }
}
