package dev.strata.agent.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.strata.agent.login.Login.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a build machine's environment says of who a job is, and to whom that is told. */
class EnvironmentLoginsTest {

    @TempDir
    Path directory;

    private HttpServer github;
    private int status = 200;

    /** Answers with what it was asked and shown. */
    @BeforeEach
    void start() throws IOException {
        github = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        github.createContext("/", exchange -> {
            byte[] body = "{\"value\":\"%s as %s\"}"
                    .formatted(exchange.getRequestURI().getRawQuery(), exchange.getRequestHeaders().getFirst("Authorization"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        github.start();
        Files.writeString(directory.resolve("token"), "of the file\n");
        Files.writeString(directory.resolve("config.json"), "{\"auths\":{\"a.example\":{\"auth\":\"dTpw\"},\"jwt.example\":{\"auth\":\"dTpleUouYi5j\"}}}"); // u:eyJ.b.c
    }

    @AfterEach
    void stop() {
        github.stop(0);
    }

    private Logins logins(String variables) {
        Map<String, String> environment = new HashMap<>(Map.of("DOCKER_CONFIG", directory.toString()));
        for (String variable : variables.split(" ")) {
            String[] pair = variable.split("=", 2);
            environment.put(pair[0], pair[1]
                    .replace("FILE", directory.resolve("token").toString())
                    .replace("GITHUB", "http://127.0.0.1:" + github.getAddress().getPort()));
        }
        return Logins.of(environment);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock = """
            b.example      | STRATA_TOKEN=t                                                                    | BEARER t
            b.example      | STRATA_ID_TOKEN=t                                                                 | ID_TOKEN t
            b.example      | STRATA_ID_TOKEN_FILE=FILE                                                         | ID_TOKEN of the file
            b.example      | STRATA_ID_TOKEN_FILE=FILE STRATA_ID_TOKEN=i STRATA_TOKEN=t                        | BEARER t
            a.example      | STRATA_ID_TOKEN=i                                                                 | ID_TOKEN i
            a.example      | STRATA_TOKEN=                                                                     | PASSWORD p
            b.example      | STRATA_TOKEN=                                                                     | none
            b.example:5000 | ACTIONS_ID_TOKEN_REQUEST_URL=GITHUB/?v=1 ACTIONS_ID_TOKEN_REQUEST_TOKEN=r         | ID_TOKEN v=1&audience=https%3A%2F%2Fb.example%3A5000 as Bearer r
            b.example      | ACTIONS_ID_TOKEN_REQUEST_URL=GITHUB/ ACTIONS_ID_TOKEN_REQUEST_TOKEN=r STRATA_AUDIENCE=a   | ID_TOKEN audience=a as Bearer r
            a.example      | ACTIONS_ID_TOKEN_REQUEST_URL=GITHUB/ ACTIONS_ID_TOKEN_REQUEST_TOKEN=r             | PASSWORD p
            jwt.example    | ACTIONS_ID_TOKEN_REQUEST_URL=GITHUB/ ACTIONS_ID_TOKEN_REQUEST_TOKEN=r             | ID_TOKEN audience=https%3A%2F%2Fjwt.example as Bearer r
            jwt.example    | STRATA_TOKEN=                                                                     | PASSWORD eyJ.b.c
            b.example      | ACTIONS_ID_TOKEN_REQUEST_URL=GITHUB/                                              | none
            """)
    void theRegistryOfTheCommandIsShownWhatThereIs(String registry, String variables, String expected) {
        Logins logins = logins(variables);

        assertThat(logins.findForTarget(registry).map(login -> login.kind() + " " + login.secret()).orElse("none"))
                .isEqualTo(expected);
    }

    @Test
    void anotherRegistryIsShownNothingOfTheEnvironment() {
        Logins logins = logins("STRATA_TOKEN=t STRATA_ID_TOKEN=i ACTIONS_ID_TOKEN_REQUEST_URL=GITHUB/ ACTIONS_ID_TOKEN_REQUEST_TOKEN=r");

        assertThat(logins.find("b.example")).isEmpty();
        assertThat(logins.find("a.example").map(Login::kind)).contains(Kind.PASSWORD);
    }

    @Test
    void aFileIsReadAgainSinceItsPlatformRenewsIt() throws IOException {
        Logins logins = logins("STRATA_ID_TOKEN_FILE=FILE");
        assertThat(logins.findForTarget("b.example").map(Login::secret)).contains("of the file");

        Files.writeString(directory.resolve("token"), "a newer one");

        assertThat(logins.findForTarget("b.example").map(Login::secret)).contains("a newer one");
    }

    @Test
    void whatThePlatformDoesNotGiveIsSaidWithoutWhatItWasShown() {
        status = 403;
        Logins logins = logins("ACTIONS_ID_TOKEN_REQUEST_URL=GITHUB/ ACTIONS_ID_TOKEN_REQUEST_TOKEN=s3cret");

        assertThatExceptionOfType(LoginException.class)
                .isThrownBy(() -> logins.findForTarget("b.example"))
                .withMessage("GitHub Actions gives no ID token: it answers 403");
        assertThatExceptionOfType(LoginException.class)
                .isThrownBy(() -> logins("STRATA_ID_TOKEN_FILE=/nowhere/token").findForTarget("b.example"))
                .withMessageContaining("/nowhere/token, which cannot be read");
    }
}
