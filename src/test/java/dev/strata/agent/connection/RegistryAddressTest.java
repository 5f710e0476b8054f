package dev.strata.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.AgentException;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is spoken to without TLS: this machine, and what somebody said out loud. */
class RegistryAddressTest {

    private static ConnectionOptions options(String words) {
        ConnectionOptions options = new ConnectionOptions();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options))
                .parseArgs(words == null ? new String[0] : words.split(" "));
        return options;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock = """
            registry.example            |              | https://registry.example
            registry.example:5000       |              | https://registry.example:5000
            https://registry.example/   |              | https://registry.example
            registry.example            | --plain-http | http://registry.example
            http://registry.example     | --plain-http | http://registry.example
            http://registry.example     |              | has no TLS, so that passwords can be read on the way; say --plain-http if you mean that
            http://127.0.0.1.evil.example |            | has no TLS, so that passwords can be read on the way; say --plain-http if you mean that
            localhost:5000              |              | http://localhost:5000
            127.0.0.1:5000              |              | http://127.0.0.1:5000
            [::1]:5000                  |              | http://[::1]:5000
            http://127.0.0.1:5000       |              | http://127.0.0.1:5000
            localhost:5000              | --ca-file=x  | https://localhost:5000
            https://localhost:5000      |              | https://localhost:5000
            docker.io                   |              | https://registry-1.docker.io
            registry-1.docker.io        |              | https://registry-1.docker.io
            https://u:p@registry.example |             | an address has no user in it; use strata login
            ftp://registry.example      |              | is no registry
            registry.example/team       |              | is no registry
            a b                         |              | is no registry
            """)
    void aRegistryIsSpokenToWithTlsUnlessItIsHere(String text, String words, String expected) {
        String address;
        try {
            address = RegistryAddress.of(text, options(words)).uri().toString();
        } catch (AgentException e) {
            assertThat(e.outcome()).isEqualTo(AgentException.Outcome.INVALID);
            address = e.getMessage();
        }
        assertThat(address).isIn(expected, text + " " + expected);
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io, docker.io",
        "index.docker.io, docker.io",
        "https://registry-1.docker.io, docker.io",
        "registry.example:5000, registry.example:5000",
        "http://localhost:5000, localhost:5000"
    })
    void aLoginIsKeptByTheNameThatImagesHave(String text, String name) {
        assertThat(RegistryAddress.of(text, options(null)).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example, https://auth.example/token, true",
        "https://registry.example, http://registry.example/token, false",
        "https://registry.example, http://localhost/token, false",
        "http://registry.example, http://registry.example/token, true",
        "http://registry.example, http://REGISTRY.example:80/token, true",
        "http://registry.example, http://registry.example:81/token, false",
        "http://registry.example, http://auth.example/token, false",
        "http://localhost:5000, http://127.0.0.1:5001/token, true",
        "http://localhost:5000, http://auth.example/token, false"
    })
    void aLoginIsSentOnToWhereNobodyReadsItOnTheWay(URI registry, URI realm, boolean isSent) {
        assertThat(Origin.of(registry).maySendTo(Origin.of(realm))).isEqualTo(isSent);
    }
}
