package dev.strata.agent.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.strata.agent.login.Login.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Docker's configuration is read and written as docker does it, and its helpers are asked. */
class DockerConfigurationTest {

    /** Answers as the helpers of docker do, from files that are named after the servers. */
    private static final String HELPER = """
            #!/bin/sh
            case "$1" in
              get)
                read -r server || true
                kept="$(dirname "$0")/$(basename "$server")"
                if [ -f "$kept" ]; then cat "$kept"; else echo 'credentials not found in native keychain'; exit 1; fi ;;
              store)
                cat > "$(dirname "$0")/stored" ;;
            esac
            """;

    @TempDir
    Path directory;

    private Path programs = Path.of("");

    @BeforeEach
    void makeHelper() throws IOException {
        programs = Files.createDirectory(directory.resolve("programs"));
        program("docker-credential-kept", HELPER);
        Files.writeString(programs.resolve("helped.example"), "{\"ServerURL\":\"helped.example\",\"Username\":\"hal\",\"Secret\":\"h\"}");
        Files.writeString(programs.resolve("refresh.example"), "{\"Username\":\"<token>\",\"Secret\":\"r\"}");
        Files.writeString(programs.resolve("odd.example"), "a secret that is no JSON");
    }

    private void program(String name, String script) throws IOException {
        Path program = Files.writeString(programs.resolve(name), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Logins logins() {
        return logins(Duration.ofMinutes(1));
    }

    private Logins logins(Duration patience) {
        return Logins.of(
                Map.of("DOCKER_CONFIG", directory.toString()), name -> programs.resolve(name).toString(), patience);
    }

    private Path file() {
        return directory.resolve("config.json");
    }

    /** dTpw is u:p. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock = """
            a.example         | {"auths":{"a.example":{"auth":"dTpw"}}}                                       | PASSWORD u p
            a.example:5000    | {"auths":{"a.example:5000":{"auth":"dTpw"}}}                                  | PASSWORD u p
            a.example         | {"auths":{"a.example:5000":{"auth":"dTpw"}}}                                  | none
            a.example         | {"auths":{"https://a.example/v1/":{"auth":"dTpw"}}}                           | PASSWORD u p
            a.example         | {"auths":{"https://a.example":{"auth":"dTpw"}}}                               | PASSWORD u p
            a.example         | {"auths":{"evil-a.example":{"auth":"dTpw"},"b/a.example":{"auth":"dTpw"}}}    | none
            docker.io         | {"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}                     | PASSWORD u p
            index.example     | {"auths":{"https://index.docker.io/v1/":{"auth":"dTpw"}}}                     | none
            a.example         | {"auths":{"a.example":{"username":"u","password":"p"}}}                       | PASSWORD u p
            a.example         | {"auths":{"a.example":{"auth":"dTpxOnA="}}}                                   | PASSWORD u q:p
            a.example         | {"auths":{"a.example":{"auth":"dTpwAAA="}}}                                   | PASSWORD u p
            a.example         | {"auths":{"a.example":{"auth":"dTo=","identitytoken":"t"}}}                   | REFRESH_TOKEN . t
            a.example         | {"auths":{"a.example":{"registrytoken":"t"}}}                                 | BEARER . t
            a.example         | {"auths":{"a.example":{}}}                                                    | none
            a.example         | {"auths":{"a.example":null},"credHelpers":null}                               | none
            a.example         | {"auths":[]}                                                                  | none
            a.example         | {}                                                                            | none
            helped.example    | {"credsStore":"kept"}                                                         | PASSWORD hal h
            refresh.example   | {"credsStore":"kept"}                                                         | REFRESH_TOKEN . r
            a.example         | {"credsStore":"kept"}                                                         | none
            a.example         | {"credsStore":"kept","auths":{"a.example":{"auth":"dTpw"}}}                   | PASSWORD u p
            helped.example    | {"credsStore":"kept","auths":{"helped.example":{"auth":"dTpw"}}}              | PASSWORD hal h
            helped.example    | {"credHelpers":{"helped.example":"kept"}}                                     | PASSWORD hal h
            helped.example    | {"credHelpers":{"helped.example":"kept"},"credsStore":"absent"}               | PASSWORD hal h
            helped.example    | {"credHelpers":{"other.example":"kept"}}                                      | none
            """)
    void aLoginIsFound(String registry, String configuration, String expected) throws IOException {
        Files.writeString(file(), configuration);

        assertThat(logins().find(registry).map(DockerConfigurationTest::words).orElse("none")).isEqualTo(expected);
        assertThat(logins().find(registry).map(Login::toString).orElse("")).doesNotContain(" p", " h", " t", " r");
    }

    private static String words(Login login) {
        return login.kind() + " " + (login.name().isEmpty() ? "." : login.name()) + " " + login.secret();
    }

    @Test
    void nobodyLoggedInWhereThereIsNoConfiguration() {
        assertThat(logins().find("a.example")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock = """
            a.example   | {"auths":{"a.example":{"auth":"s3cret!"}}}  | not Base64
            a.example   | {"auths":{"a.example":{"auth":"s3cret       | no JSON
            a.example   | ["s3cret"]                                  | no JSON object
            a.example   | {"credsStore":"absent"}                     | docker-credential-absent cannot be started
            a.example   | {"credsStore":"../programs/s3cret"}         | a credential helper that is none
            a.example   | {"credsStore":"broken"}                     | docker-credential-broken fails with the exit code 3
            odd.example | {"credsStore":"kept"}                       | docker-credential-kept answers no JSON
            """)
    void whatCannotBeReadIsSaidWithoutItsSecrets(String registry, String configuration, String message) throws IOException {
        program("docker-credential-broken", "#!/bin/sh\necho s3cret; exit 3\n");
        Files.writeString(file(), configuration);

        assertThatExceptionOfType(LoginException.class)
                .isThrownBy(() -> logins().find(registry))
                .withMessageContaining(message)
                .satisfies(thrown -> assertThat(Throwables.getStackTrace(thrown)).doesNotContain("s3cret", "a secret"));
    }

    @Test
    void aHelperThatDoesNotAnswerIsNotWaitedForForEver() throws IOException {
        program("docker-credential-stuck", "#!/bin/sh\nsleep 600 & wait\n");
        Files.writeString(file(), "{\"credsStore\":\"stuck\"}");

        assertThatExceptionOfType(LoginException.class)
                .isThrownBy(() -> logins(Duration.ofMillis(300)).find("a.example"))
                .withMessageContaining("docker-credential-stuck does not answer");
    }

    @ParameterizedTest
    @CsvSource({"PASSWORD,ann,p,docker.io", "PASSWORD,ann,p:q,a.example:5000", "REFRESH_TOKEN,ann,t,a.example"})
    void whatIsStoredIsFoundAndEverythingElseStays(Kind kind, String name, String secret, String registry) throws IOException {
        Files.writeString(file(), "{\"HttpHeaders\":{\"X\":\"y\"},\"auths\":{\"other.example\":{\"auth\":\"dTpw\"}}}");

        logins().store(registry, new Login(kind, name, secret, "a test"));

        Optional<Login> found = logins().find(registry);
        assertThat(found.map(Login::kind)).contains(kind);
        assertThat(found.map(Login::secret)).contains(secret);
        assertThat(logins().find("other.example").map(Login::secret)).contains("p");
        assertThat(json(file()).path("HttpHeaders").path("X").asString("")).isEqualTo("y");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file()))).isEqualTo("rw-------");
        try (var files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("config.json", "programs");
        }
    }

    @Test
    void aDirectoryThatIsMadeForItIsNobodyElsesToRead() {
        Logins logins = Logins.of(Map.of("HOME", directory.toString()));

        logins.store("a.example", new Login(Kind.PASSWORD, "ann", "p", "a test"));

        assertThat(logins.find("a.example").map(Login::secret)).contains("p");
        assertThat(directory.resolve(".docker/config.json"))
                .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------"))
                .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent()))).isEqualTo("rwx------"));
    }

    @Test
    void aHelperStoresInThePlaceOfTheFile() throws IOException {
        Files.writeString(file(), "{\"credsStore\":\"kept\"}");

        String where = logins().store("a.example", new Login(Kind.REFRESH_TOKEN, "ann", "s3cret", "a test"));

        assertThat(where).isEqualTo("docker-credential-kept");
        assertThat(json(programs.resolve("stored")))
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"ServerURL\":\"a.example\",\"Username\":\"<token>\",\"Secret\":\"s3cret\"}"));
        assertThat(Files.readString(file())).doesNotContain("s3cret").contains("a.example");
    }

    @Test
    void aConfigurationThatIsALinkStaysOne() throws IOException {
        Path real = Files.writeString(directory.resolve("real.json"), "{}");
        Files.createSymbolicLink(file(), real);

        logins().store("a.example", new Login(Kind.PASSWORD, "ann", "p", "a test"));

        assertThat(Files.isSymbolicLink(file())).isTrue();
        assertThat(json(real).path("auths").has("a.example")).isTrue();
    }

    private static JsonNode json(Path file) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(file));
    }
}
