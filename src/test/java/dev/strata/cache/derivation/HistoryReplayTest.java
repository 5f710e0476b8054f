package dev.strata.cache.derivation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.ImageConfig;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the histories tell that the classic builder, BuildKit and buildah write, and where they tell nothing. */
class HistoryReplayTest {

    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A configuration in the making: a line that begins with {@code +} has a layer. */
    private static final class Config {
        private final ObjectNode json = JSON.createObjectNode().put("os", "linux").put("architecture", "amd64");
        private final ArrayNode diffIds = json.putObject("rootfs").putArray("diff_ids");
        private final ArrayNode history = json.putArray("history");

        static Config of(String... lines) {
            Config config = new Config();
            for (String line : lines) {
                config.line(line, "");
            }
            return config;
        }

        Config line(String line, String comment) {
            ObjectNode entry = history.addObject();
            if (line.startsWith("+")) {
                layer();
            } else {
                entry.put("empty_layer", true);
            }
            entry.put("created_by", line.startsWith("+") ? line.substring(1) : line);
            if (!comment.isEmpty()) {
                entry.put("comment", comment);
            }
            return this;
        }

        Config layer() {
            diffIds.add("sha256:" + "%064x".formatted(diffIds.size() + 1));
            return this;
        }

        Config env(String... variables) {
            List.of(variables).forEach(json.withObject("config").withArray("Env")::add);
            return this;
        }

        Config set(String field, String value) {
            json.withObject("config").put(field, value);
            return this;
        }

        Config label(String name) {
            json.withObject("config").withObject("Labels").put(name, "1");
            return this;
        }

        ImageConfig parsed() {
            return ImageConfig.parse(json.toString().getBytes(UTF_8));
        }

        Optional<List<HistoryReplay.Command>> replay(ImageConfig... bases) {
            return HistoryReplay.of(parsed(), List.of(bases));
        }
    }

    @Test
    void theClassicBuildersHistoryIsRead() {
        List<HistoryReplay.Command> commands = Config.of(
                        "+/bin/sh -c #(nop) ADD file:ab12 in / ",
                        "/bin/sh -c #(nop)  CMD [\"bash\"]",
                        "/bin/sh -c #(nop)  ENV A=1 B=two words",
                        "/bin/sh -c #(nop)  ARG VERSION=3",
                        "+|1 VERSION=4 /bin/sh -c make install",
                        "/bin/sh -c #(nop) WORKDIR /srv",
                        "/bin/sh -c #(nop)  USER app",
                        "/bin/sh -c #(nop)  SHELL [/bin/bash -o pipefail -c]",
                        "+/bin/bash -o pipefail -c true | cat",
                        "/bin/bash -o pipefail -c #(nop)  LABEL x=y",
                        "+/bin/bash -o pipefail -c #(nop) COPY file:cd34 in . ")
                .env(PATH, "A=1", "B=two words")
                .set("User", "app")
                .set("WorkingDir", "/srv")
                .replay()
                .orElseThrow();
        assertThat(commands).hasSize(2);
        HistoryReplay.Command make = commands.getFirst();
        assertThat(make.layer()).isEqualTo(1);
        assertThat(make.argv()).containsExactly("/bin/sh", "-c", "make install");
        assertThat(make.environment())
                .containsEntry("A", "1")
                .containsEntry("B", "two words")
                .containsEntry("VERSION", "4")
                .containsKey("PATH");
        assertThat(make.user()).isEmpty();
        assertThat(make.cwd()).isEqualTo("/");
        assertThat(make.hint()).isFalse();
        HistoryReplay.Command piped = commands.getLast();
        assertThat(piped.layer()).isEqualTo(2);
        assertThat(piped.argv()).containsExactly("/bin/bash", "-o", "pipefail", "-c", "true | cat");
        assertThat(piped.user()).isEqualTo("app");
        assertThat(piped.cwd()).isEqualTo("/srv");
    }

    /** BuildKit lets the one win that stands behind the other, and an ARG that nobody gave a value counts for nothing. */
    @Test
    void anArgumentBehindAVariableOfItsNameIsSeenAsTheBuilderShowsIt() {
        assertThat(seen("ENV V=env", "ARG V=arg", "+RUN |1 V=arg /bin/sh -c x")).isEqualTo("arg");
        assertThat(seen("ARG V=arg", "ENV V=env", "+RUN |1 V=arg /bin/sh -c x")).isEqualTo("env");
        assertThat(seen("ENV V=env", "ARG V", "+RUN |1 V= /bin/sh -c x")).isEqualTo("env");
        assertThat(Config.of(
                                "/bin/sh -c #(nop)  ENV V=env",
                                "/bin/sh -c #(nop)  ARG V=arg",
                                "+|1 V=arg /bin/sh -c x")
                        .env(PATH, "V=env")
                        .replay()
                        .orElseThrow()
                        .getLast()
                        .environment())
                .containsEntry("V", "env");
    }

    private static String seen(String... lines) {
        Config config = new Config();
        for (String line : lines) {
            config.line(line, "buildkit.dockerfile.v0");
        }
        return config.env(PATH, "V=env").replay().orElseThrow().getLast().environment().get("V");
    }

    @Test
    void whatBuildKitTellsIsAHint() {
        String comment = "buildkit.dockerfile.v0";
        List<HistoryReplay.Command> commands = Config.of("+/bin/sh -c #(nop) ADD file:ab12 in / ")
                .line("ENV A=1", comment)
                .line("ARG VERSION=3", comment)
                .line("+WORKDIR /srv", comment)
                .line("+RUN |1 VERSION=3 /bin/sh -c make install # buildkit", comment)
                .line("+COPY . . # buildkit", comment)
                .line("USER 1000:1000", comment)
                .line("CMD [\"x\"]", comment)
                .env(PATH, "A=1")
                .set("User", "1000:1000")
                .set("WorkingDir", "/srv")
                .replay()
                .orElseThrow();
        assertThat(commands).hasSize(1);
        assertThat(commands.getFirst().layer()).isEqualTo(2);
        assertThat(commands.getFirst().argv()).containsExactly("/bin/sh", "-c", "make install");
        assertThat(commands.getFirst().cwd()).isEqualTo("/srv");
        assertThat(commands.getFirst().hint()).isTrue();
    }

    @Test
    void buildahWritesInstructionsAsTheyStandInTheDockerfile() {
        List<HistoryReplay.Command> commands = Config.of(
                        "+/bin/sh -c #(nop) ADD file:ab12 in /",
                        "/bin/sh -c #(nop) ARG PREFIX=/opt",
                        "/bin/sh -c #(nop) ENV A=\"two words\" B=$PREFIX/bin",
                        "/bin/sh -c #(nop) WORKDIR ${PREFIX}/srv",
                        "/bin/sh -c #(nop) SHELL [\"/bin/bash\", \"-c\"]",
                        "+|1 PREFIX=/opt /bin/bash -c make install")
                .env("A=two words", "B=/opt/bin")
                .set("WorkingDir", "/opt/srv")
                .label("io.buildah.version")
                .replay()
                .orElseThrow();
        assertThat(commands).hasSize(1);
        assertThat(commands.getFirst().argv()).containsExactly("/bin/bash", "-c", "make install");
        assertThat(commands.getFirst().environment()).containsEntry("A", "two words").containsEntry("B", "/opt/bin");
        assertThat(commands.getFirst().cwd()).isEqualTo("/opt/srv");
        assertThat(commands.getFirst().hint()).as("it knows mounts too, and writes nothing of them").isTrue();
    }

    /** {@code --identity-label=false} leaves the label out. */
    @Test
    void whatBuildahTellsIsAHintAlsoWithoutItsLabel() {
        Config commented = Config.of("+/bin/sh -c #(nop) ADD file:ab12 in /")
                .line("+/bin/sh -c make", "FROM docker.io/library/debian:12");
        Config quoted = Config.of(
                        "+/bin/sh -c #(nop) ADD file:ab12 in /",
                        "/bin/sh -c #(nop) ENV A=\"two words\"",
                        "+/bin/sh -c make")
                .env("A=two words");
        for (Config image : List.of(commented, quoted)) {
            List<HistoryReplay.Command> commands = image.replay().orElseThrow();
            assertThat(commands).hasSize(1);
            assertThat(commands.getFirst().hint()).isTrue();
        }
    }

    @Test
    void theStepsOnAnImportedBaseAreReadWhereTheBaseIsKnown() {
        ImageConfig base = new Config().layer().env(PATH, "A=1").set("User", "u").parsed();
        Config image = new Config().layer()
                .line("/bin/sh -c #(nop)  ENV B=2", "")
                .line("+/bin/sh -c make", "")
                .env(PATH, "A=1", "B=2")
                .set("User", "u");
        assertThat(image.replay()).isEmpty();
        List<HistoryReplay.Command> commands = image.replay(base).orElseThrow();
        assertThat(commands).hasSize(1);
        assertThat(commands.getFirst().layer()).isEqualTo(1);
        assertThat(commands.getFirst().environment()).containsEntry("A", "1").containsEntry("B", "2");
        assertThat(commands.getFirst().user()).isEqualTo("u");
        ImageConfig other = new Config().layer().layer().parsed();
        assertThat(image.replay(other)).isEmpty();
    }

    @Test
    void aSquashedOrCommittedImageTellsNothing() {
        assertThat(Config.of("+/bin/sh -c #(nop) ADD file:ab12 in / ", "+/bin/sh -c make").layer().replay()).isEmpty();
        Config squashed = Config.of("+/bin/sh -c make");
        squashed.line("/bin/sh -c make more", "").layer();
        assertThat(squashed.replay()).isEmpty();
        assertThat(new Config().layer().replay()).isEmpty();
    }

    @Test
    void aHistoryThatDoesNotLeadToTheConfigurationTellsNothing() {
        String[] lines = {"/bin/sh -c #(nop)  ENV A=1", "+/bin/sh -c make"};
        assertThat(Config.of(lines).env("A=1").replay()).isPresent();
        assertThat(Config.of(lines).env(PATH, "A=1").replay()).isPresent();
        assertThat(Config.of(lines).env("A=2").replay()).isEmpty();
        assertThat(Config.of(lines).env("A=1", "B=2").replay()).isEmpty();
        assertThat(Config.of(lines).env("PATH=/opt", "A=1").replay()).isEmpty();
        assertThat(Config.of(lines).env("A=1").set("User", "root").replay()).isEmpty();
        assertThat(Config.of(lines).env("A=1").set("WorkingDir", "/x").replay()).isEmpty();
        assertThat(Config.of(lines).env("A=1").set("WorkingDir", "/").replay()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "+echo exec form",
        "+/bin/bash -c other shell",
        "+|1 UNDECLARED=1 /bin/sh -c make",
        "+|2 V=1 /bin/sh -c make",
        "+|1 V=a W=b /bin/sh -c make",
        "+/bin/sh -c cat <<EOF > /x",
        "+/bin/sh -c ",
        "+RUN /bin/sh -c cat <<EOF # buildkit",
        "+COPY a b # buildkit",
        "+/bin/sh -c #(nop) COPY file:ab12 in /x",
        "+"
    })
    void whatTheHistoryDoesNotTellForSureIsNoCommand(String line) {
        assertThat(Config.of("/bin/sh -c #(nop)  ARG V", "/bin/sh -c #(nop)  ARG W", line)
                        .replay()
                        .orElseThrow())
                .isEmpty();
    }

    @Test
    void argumentsAreToldApartWhereThatIsClear() {
        List<HistoryReplay.Command> commands = Config.of(
                        "/bin/sh -c #(nop)  ARG V",
                        "/bin/sh -c #(nop)  ARG W",
                        "+|2 V=two words W=b=c /bin/sh -c make")
                .replay()
                .orElseThrow();
        assertThat(commands.getFirst().environment()).containsEntry("V", "two words").containsEntry("W", "b=c");
    }

    @Test
    void environmentGoesBeforeArguments() {
        List<HistoryReplay.Command> commands = Config.of(
                        "/bin/sh -c #(nop)  ARG V=1",
                        "/bin/sh -c #(nop)  ENV V=2",
                        "+|1 V=1 /bin/sh -c make")
                .env("V=2")
                .replay()
                .orElseThrow();
        assertThat(commands.getFirst().environment())
                .containsEntry("V", "2");
    }

    /** Each of these took time that grew with its square, or memory that doubled with each line. */
    @ParameterizedTest
    @ValueSource(strings = {"one long ENV", "many ENV", "many ARG", "many relative WORKDIR", "a long relative WORKDIR",
        "a long SHELL", "ENV that doubles", "ENV that is replaced in itself", "nested defaults"})
    @Timeout(60)
    void whatAHistoryCostsGrowsWithItsLength(String kind) {
        Config config = new Config();
        switch (kind) {
            case "one long ENV" -> config.line("/bin/sh -c #(nop)  ENV A=x" + " x".repeat(2_000_000), "");
            case "many ENV" -> lines(config, "/bin/sh -c #(nop)  ENV A%d=x");
            case "many ARG" -> lines(config, "/bin/sh -c #(nop)  ARG A%d=x");
            case "many relative WORKDIR" -> lines(config, "/bin/sh -c #(nop) WORKDIR a%d");
            case "a long relative WORKDIR" -> config.line("/bin/sh -c #(nop) WORKDIR " + "a/".repeat(1_000_000), "");
            case "a long SHELL" -> {
                config.line("/bin/sh -c #(nop) SHELL [" + "a".repeat(1_000_000) + "]", "");
                lines(config, "/bin/sh -c #(nop)  ENV A%d=x");
            }
            case "ENV that doubles" -> {
                config.line("/bin/sh -c #(nop) ENV A=xx", "");
                lines(config, "/bin/sh -c #(nop) ENV A=$A$A");
            }
            case "ENV that is replaced in itself" -> {
                config.line("/bin/sh -c #(nop) ENV A=" + "x".repeat(100_000), "");
                lines(config, "/bin/sh -c #(nop) ENV A=${A//x/$A}");
            }
            case "nested defaults" ->
                config.line("/bin/sh -c #(nop) ENV A=" + "${B:-".repeat(500_000) + "}".repeat(500_000), "");
            default -> throw new IllegalArgumentException(kind);
        }
        config.line("+/bin/sh -c make", "").env("NO=END");
        assertThat(config.replay()).isEmpty();
    }

    private static void lines(Config config, String line) {
        for (int i = 0; i < 9_000; i++) {
            config.line(line.formatted(i), "");
        }
    }
}
