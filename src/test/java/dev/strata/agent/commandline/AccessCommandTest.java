package dev.strata.agent.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Rights, asked for on the command line. */
@RegistryTest
class AccessCommandTest {

    @Autowired
    RegistryClient registry;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int explain(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "access";
        all[1] = "explain";
        all[2] = "--registry";
        all[3] = registry.origin();
        System.arraycopy(arguments, 0, all, 4, arguments.length);
        return Agent.run(new PrintStream(printed, true, UTF_8), all);
    }

    @Test
    void saysWhetherAndByWhichGrant() {
        assertThat(registry.post(
                        "/api/access/grants",
                        "{\"who\":\"robot:command-line\",\"on\":\"cli/*\",\"may\":[\"pull\",\"cache\"],\"cache\":\"pr-*\"}".getBytes(UTF_8)))
                .hasStatus(201);
        assertThat(explain("--as", "robot:command-line", "--on", "cli/web", "--may", "pull")).isZero();
        assertThat(printed.toString(UTF_8))
                .startsWith("yes: it is granted")
                .contains(": robot:command-line may [pull, cache] [pr-*] on [cli/*]");
        assertThat(explain("--as", "robot:command-line", "--on", "cli/web", "--may", "cache", "--scope", "pr-1")).isZero();
        assertThat(explain("--as", "robot:command-line", "--on", "cli/web", "--may", "cache", "--scope", "main")).isEqualTo(1);
        assertThat(explain("--as", "robot:command-line", "--on", "cli/web", "--may", "push")).isEqualTo(1);
    }

    @Test
    void saysWhyItCannotSay() {
        assertThat(explain("--as", "nobody", "--on", "cli/web", "--may", "pull")).isEqualTo(3);
        assertThat(explain("--as", "robot:x")).isEqualTo(2);
    }
}
