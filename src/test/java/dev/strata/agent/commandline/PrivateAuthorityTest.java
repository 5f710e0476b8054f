package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RunningRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose certificate an authority of the company's own signed. */
class PrivateAuthorityTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path directory;

    private void keytool(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private void makeAuthority(String name) throws Exception {
        keytool("-genkeypair", "-keystore", file(name + ".p12"), "-alias", name, "-dname", "CN=" + name, "-keyalg", "EC",
                "-ext", "bc:c", "-validity", "10");
        keytool("-exportcert", "-rfc", "-keystore", file(name + ".p12"), "-alias", name, "-file", file(name + ".pem"));
    }

    private void makeServer(String authority) throws Exception {
        keytool("-genkeypair", "-keystore", file("server.p12"), "-alias", "server", "-dname", "CN=registry", "-keyalg", "EC",
                "-validity", "10");
        keytool("-certreq", "-keystore", file("server.p12"), "-alias", "server", "-file", file("server.csr"));
        keytool("-gencert", "-keystore", file(authority + ".p12"), "-alias", authority, "-infile", file("server.csr"),
                "-outfile", file("server.crt"), "-ext", "san=ip:127.0.0.1", "-validity", "10");
        keytool("-importcert", "-noprompt", "-keystore", file("server.p12"), "-alias", authority, "-file", file(authority + ".pem"));
        keytool("-importcert", "-noprompt", "-keystore", file("server.p12"), "-alias", "server", "-file", file("server.crt"));
    }

    private int plan(String registry, String authorities, ByteArrayOutputStream printed) throws Exception {
        Path context = Files.createDirectories(directory.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY file /\n");
        Files.writeString(context.resolve("file"), "content");
        return Agent.run(
                new PrintStream(printed, true, UTF_8),
                "plan", "--progress", "json", "--ca-file", authorities, "-t", registry + "/team/app:1", context.toString());
    }

    @Test
    void onlyWhoTrustsTheAuthoritySpeaksToTheRegistry() throws Exception {
        makeAuthority("company");
        makeAuthority("stranger");
        makeServer("company");
        String store = "spring.ssl.bundle.jks.strata.keystore.";
        try (RunningRegistry registry = RunningRegistry.start(
                OwnDataDirectory.create(),
                store + "location=" + directory.resolve("server.p12").toUri(),
                store + "password=" + PASSWORD,
                "server.ssl.bundle=strata")) {
            String name = "127.0.0.1:" + registry.client().port();

            ByteArrayOutputStream trusted = new ByteArrayOutputStream();
            assertThat(plan(name, file("company.pem"), trusted)).as(trusted.toString(UTF_8)).isZero();
            assertThat(trusted.toString(UTF_8)).contains("\"miss\"");

            ByteArrayOutputStream other = new ByteArrayOutputStream();
            assertThat(plan(name, file("stranger.pem"), other)).isEqualTo(3);
            assertThat(other.toString(UTF_8)).contains("certificat");

            ByteArrayOutputStream none = new ByteArrayOutputStream();
            assertThat(plan(name, Files.writeString(directory.resolve("none.pem"), "").toString(), none)).isEqualTo(2);
            assertThat(none.toString(UTF_8)).contains("none.pem has no certificate");
        }
    }
}
