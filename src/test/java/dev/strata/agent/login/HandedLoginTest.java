package dev.strata.agent.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.agent.login.Login.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A builder gets one login more than the user's files have, and those stay as they are. */
class HandedLoginTest {

    private static final Login LOGIN = new Login(Kind.REFRESH_TOKEN, "strata", "r", "a test");

    /** c3RyYXRhOg== is "strata:". */
    private static final String ENTRY = "{\"auth\":\"c3RyYXRhOg==\",\"identitytoken\":\"r\"}";

    @TempDir
    Path home;

    private Path docker = Path.of("");
    private Path containers = Path.of("");

    @BeforeEach
    void makeDirectories() throws IOException {
        docker = Files.createDirectories(home.resolve(".docker"));
        containers = Files.createDirectories(home.resolve("run/containers")).resolve("auth.json");
    }

    private HandedLogin handOver() {
        return Logins.of(Map.of("HOME", home.toString(), "XDG_RUNTIME_DIR", home.resolve("run").toString())).handOver();
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(file));
    }

    private static JsonNode docker(Map<String, String> variables) throws IOException {
        return json(Path.of(variables.get("DOCKER_CONFIG")).resolve("config.json"));
    }

    private static JsonNode containers(Map<String, String> variables) throws IOException {
        return json(Path.of(variables.get("REGISTRY_AUTH_FILE")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock = """
            {}                                              | {"auths":{"a.example":ENTRY}}
            {"auths":{"a.example":{"auth":"dTpw"}}}         | {"auths":{"a.example":ENTRY}}
            {"auths":{"https://a.example/v1/":{}}}          | {"auths":{"a.example":ENTRY}}
            {"auths":{"b.example":{}},"proxies":{"x":1}}    | {"auths":{"b.example":{},"a.example":ENTRY},"proxies":{"x":1}}
            {"credsStore":"desktop"}                        | {"credsStore":"desktop","auths":{"a.example":ENTRY},"credHelpers":{"a.example":""}}
            {"credHelpers":{"a.example":"x","b.example":"y"}} | {"credHelpers":{"a.example":"","b.example":"y"},"auths":{"a.example":ENTRY}}
            """)
    void whatDockersConfigurationSaysElseHolds(String own, String handed) throws IOException {
        Path file = Files.writeString(docker.resolve("config.json"), own);
        try (HandedLogin login = handOver()) {
            assertThat(docker(login.put("a.example", LOGIN)).toString()).isEqualTo(handed.replace("ENTRY", ENTRY));
        }
        assertThat(file).hasContent(own);
    }

    /** podman reads one file only where it is told of one, so that has what the usual ones have. */
    @Test
    void podmanFindsAllLoginsInOneFile() throws IOException {
        Files.writeString(docker.resolve("config.json"), "{\"auths\":{\"b.example\":{\"auth\":\"1\"},\"c.example\":{}}}");
        Files.writeString(containers, """
                {"auths":{"a.example/team":{"auth":"of a part of it"},"b.example":{"auth":"2"}},
                 "credHelpers":{"a.example":"x","d.example":"y"}}""");
        try (HandedLogin login = handOver()) {
            assertThat(containers(login.put("a.example", LOGIN)).toString())
                    .isEqualTo("{\"auths\":{\"b.example\":{\"auth\":\"2\"},\"c.example\":{},\"a.example\":" + ENTRY
                            + "},\"credHelpers\":{\"d.example\":\"y\"}}");
        }
    }

    @Test
    void pluginsAndContextsAreFound() throws IOException {
        Files.writeString(Files.createDirectories(docker.resolve("cli-plugins")).resolve("docker-buildx"), "a plugin");
        try (HandedLogin login = handOver()) {
            Path place = Path.of(login.put("a.example", LOGIN).get("DOCKER_CONFIG"));
            assertThat(place.resolve("cli-plugins/docker-buildx")).hasContent("a plugin");
        }
        assertThat(docker.resolve("cli-plugins/docker-buildx")).hasContent("a plugin");
    }

    @Test
    void onlyTheUserReadsItAndNothingStays() throws IOException {
        Path place;
        try (HandedLogin login = handOver()) {
            Map<String, String> variables = login.put("a.example", LOGIN);
            assertThat(login.put("a.example", new Login(Kind.PASSWORD, "u", "p", "a test"))).isEqualTo(variables);
            assertThat(docker(variables).toString()).isEqualTo("{\"auths\":{\"a.example\":{\"auth\":\"dTpw\"}}}");
            place = Path.of(variables.get("REGISTRY_AUTH_FILE")).getParent();
            assertThat(Path.of(variables.get("DOCKER_CONFIG"))).hasParent(place);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place, LinkOption.NOFOLLOW_LINKS)))
                    .isEqualTo("rwx------");
            Files.createDirectories(Path.of(variables.get("DOCKER_CONFIG"), "buildx", "activity")); // as docker's client does
        }
        assertThat(place).doesNotExist();
    }

    /** Whatever else is in that directory. */
    @Test
    void nothingOfTheUsersIsWritten() throws IOException {
        Path own = Files.writeString(docker.resolve("auth.json"), "{}");
        Path config = Files.writeString(docker.resolve("config.json"), "{}");
        try (HandedLogin login = Logins.of(
                        Map.of("DOCKER_CONFIG", docker.toString(), "REGISTRY_AUTH_FILE", own.toString()))
                .handOver()) {
            login.put("a.example", LOGIN);
        }
        assertThat(own).hasContent("{}");
        assertThat(config).hasContent("{}");
    }

    @Test
    void oneAuthorityIsTrustedBesideThoseOfTheSystem() throws IOException {
        Path authority = Files.writeString(home.resolve("ca.pem"), "a certificate");
        try (HandedLogin login = handOver()) {
            String[] trusted = login.trust(authority).get("SSL_CERT_DIR").split(":");

            assertThat(login.trust(authority)).containsEntry("SSL_CERT_DIR", String.join(":", trusted));
            assertThat(trusted).endsWith("/etc/ssl/certs", "/etc/pki/tls/certs");
            assertThat(Path.of(trusted[0])).isDirectoryContaining(file -> file.endsWith("ca.crt"));
            assertThat(Path.of(trusted[0], "ca.crt")).hasContent("a certificate");
        }
        assertThat(authority).exists();
    }

    @Test
    void aFileThatCannotBeReadIsSaid() throws IOException {
        Files.writeString(containers, "no JSON, but a secret");
        try (HandedLogin login = handOver()) {
            assertThatExceptionOfType(LoginException.class)
                    .isThrownBy(() -> login.put("a.example", LOGIN))
                    .withMessage(containers + " is no JSON");
        }
    }
}
