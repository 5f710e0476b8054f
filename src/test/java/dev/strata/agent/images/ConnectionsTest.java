package dev.strata.agent.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.connection.ConnectionOptions;
import dev.strata.agent.connection.Http;
import dev.strata.agent.login.Logins;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is spoken to without TLS of the registries that a build needs. */
class ConnectionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock = """
            registry.example/a |              | registry.example/b | false
            registry.example/a | --plain-http | registry.example/b | true
            registry.example/a | --plain-http | other.example/b    | false
            registry.example/a | --plain-http | docker.io/b        | false
            registry.example/a |              | localhost:5000/b   | true
            localhost:5000/a   |              | localhost:5000/b   | true
            """)
    void onlyTheRegistryOfTheCommandIsSpokenToAsItSays(String target, String words, String other, boolean isPlain) {
        ConnectionOptions options = new ConnectionOptions();
        CommandLine.populateCommand(options, words == null ? new String[0] : words.split(" "));
        Connections connections =
                new Connections(ImageName.of(target), options, Http.Limits.USUAL, Logins.of(Map.of("HOME", "/nowhere")));

        assertThat(connections.isPlain(ImageName.of(other))).isEqualTo(isPlain);
    }
}
