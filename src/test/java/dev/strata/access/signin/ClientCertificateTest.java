package dev.strata.access.signin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RunningRegistry;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever shows a certificate is its subject. */
class ClientCertificateTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path directory;

    private void keytool(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    private void makeKey(String name, String subject) throws Exception {
        keytool("-genkeypair", "-keystore", file(name + ".p12"), "-alias", name, "-dname", subject, "-keyalg", "EC",
                "-ext", "san=ip:127.0.0.1", "-validity", "10");
        keytool("-exportcert", "-keystore", file(name + ".p12"), "-alias", name, "-file", file(name + ".crt"));
        keytool("-importcert", "-noprompt", "-keystore", file("trusted.p12"), "-alias", name, "-file", file(name + ".crt"));
    }

    private KeyStore store(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve(name))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private HttpClient client(String key) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(key.isEmpty() ? null : store(key + ".p12"), PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store("trusted.p12"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
    }

    private static String whoAmI(HttpClient client, int port) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/api/access/me")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void theSubjectOfACertificateIsWhoItIs() throws Exception {
        makeKey("server", "CN=registry");
        makeKey("agent", "CN=agent,O=Acme");
        String store = "spring.ssl.bundle.jks.strata.";
        try (RunningRegistry registry = RunningRegistry.start(
                OwnDataDirectory.create(),
                store + "keystore.location=" + directory.resolve("server.p12").toUri(),
                store + "keystore.password=" + PASSWORD,
                store + "truststore.location=" + directory.resolve("trusted.p12").toUri(),
                store + "truststore.password=" + PASSWORD,
                "server.ssl.bundle=strata",
                "server.ssl.client-auth=want")) {
            int port = registry.client().port();
            try (HttpClient agent = client("agent");
                    HttpClient nobody = client("")) {
                assertThat(whoAmI(agent, port)).contains("\"certificate\"").contains("\"CN=agent,O=Acme\"");
                assertThat(whoAmI(nobody, port)).contains("\"anonymous\"");
            }
        }
    }
}
