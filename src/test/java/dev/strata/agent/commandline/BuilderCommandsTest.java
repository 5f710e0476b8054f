package dev.strata.agent.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.agent.builders.Builder;
import dev.strata.agent.builders.BuilderKind;
import dev.strata.agent.builders.BuilderOptions;
import dev.strata.agent.builders.Dialect;
import dev.strata.agent.connection.Http;
import dev.strata.agent.images.ImageName;
import dev.strata.agent.process.Commands;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the agent says to a builder where it lets that build alone: what the user would have said. */
class BuilderCommandsTest {

    /** Nobody listens there. */
    private static final String IMAGE = "127.0.0.1:1/a:1";

    @TempDir
    private Path directory;

    @TempDir
    private Path programs;

    private Path said = Path.of("");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Programs that only write down what they are told. */
    @BeforeEach
    void makePrograms() throws IOException {
        said = programs.resolve("said");
        for (String name : List.of("docker", "buildctl", "buildah", "podman")) {
            program(name, "echo \"${0##*/} $*\" >> " + said + "\necho done\ncase \"$*\" in *fail*) exit 9;; esac\n");
        }
        Files.writeString(directory.resolve("Dockerfile"), "FROM scratch\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docker   | --target t --no-cache-filter a,b | docker build --progress plain --tag %i --target t --no-cache-filter a,b %c",
                "docker   | --build-arg A=1 --build-arg B   | docker build --progress plain --tag %i --build-arg A=1 --build-arg B %c",
                "docker   | --label l=1 --platform linux/arm64/v8 --network host --no-cache"
                        + " | docker build --progress plain --tag %i --label l=1 --platform linux/arm64/v8 --network host --no-cache %c",
                "docker   | --secret id=s --ssh default | docker build --progress plain --tag %i --secret=id=s --ssh=default %c",
                "docker   | --builder-option=--add-host --builder-option=h:1.2.3.4 | docker build --progress plain --tag %i --add-host h:1.2.3.4 %c",
                "docker   | -f %c/D | docker build --progress plain --file %c/D --tag %i %c",
                "buildah  | --target t --build-arg A=1 --label l=1 --secret id=s --network none"
                        + " | buildah build --layers --tls-verify=false --tag %i --target t --build-arg A=1 --label l=1 --network none --secret=id=s %c",
                "podman   | --no-cache-filter a | podman build --layers --tls-verify=false --tag %i --no-cache %c",
                "buildkit | --target t --no-cache-filter a,b --build-arg A=1 --label l=1 --platform linux/arm64 --secret id=s"
                        + " | buildctl build --progress plain --frontend dockerfile.v0"
                        + " --output type=image,name=%i,push=true,registry.insecure=true --local context=%c --local dockerfile=%c"
                        + " --opt target=t --opt build-arg:A=1 --opt label:l=1 --opt platform=linux/arm64 --opt no-cache=a,b --secret=id=s",
                "buildkit | --network host -f %c/D | buildctl build --progress plain --frontend dockerfile.v0"
                        + " --output type=image,name=%i,push=true,registry.insecure=true --local context=%c"
                        + " --opt filename=D --local dockerfile=%c --opt force-network-mode=host --allow network.host"
            })
    void everyOptionReachesTheBuilder(String builder, String options, String expected) throws IOException {
        int status = run(builder, options.replace("%c", directory.toString()));

        assertThat(status).isZero();
        assertThat(Files.readAllLines(said))
                .contains(expected.replace("%i", IMAGE).replace("%c", directory.toString()));
    }

    @ParameterizedTest
    @CsvSource({"docker", "buildkit", "buildah"})
    void theBuildersExitCodeIsTheBuilds(String builder) throws IOException {
        assertThat(run(builder, "--target fail")).isEqualTo(9);
    }

    @Test
    void aFileThatIsNoUtf8IsForTheBuilder() throws IOException {
        Files.write(directory.resolve("Dockerfile"), "FROM scratch\n# Größe\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(run("docker", "")).isZero();
        assertThat(Files.readAllLines(said)).anyMatch(line -> line.startsWith("docker build "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# syntax=example.org/frontend |                                              | true",
                "# syntax=docker/dockerfile:1  |                                              | false",
                "# syntax=docker/dockerfile:1  | --build-arg BUILDKIT_SYNTAX=example.org/f    | true",
                "# syntax=example.org/frontend | --build-arg BUILDKIT_SYNTAX=docker/dockerfile | false",
                "# syntax=example.org/frontend | --build-arg BUILDKIT_SYNTAX=                 | true",
                "# escape=`\\n# syntax=a/b     |                                              | true"
            })
    void aFrontendOfOthersReadsTheFileItself(String first, @Nullable String options, boolean isOfOthers) throws IOException {
        Files.writeString(directory.resolve("Dockerfile"), first.replace("\\n", "\n") + "\nFROM scratch\n");

        assertThat(run("docker", options == null ? "" : options)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).contains("whose rules are not known")).isEqualTo(isOfOthers);
        assertThat(Files.readAllLines(said)).anyMatch(line -> line.startsWith("docker build "));
    }

    @Test
    void whatIsNoDirectoryIsForTheBuilder() throws IOException {
        Builder.Job job = job("https://example.org/a.git#main");
        BuilderKind.docker.open(commands(), Map.of()).build(job, line -> {});
        BuilderKind.buildkit.open(commands(), Map.of()).build(job, line -> {});

        assertThat(Files.readAllLines(said))
                .anyMatch(line -> line.endsWith(" https://example.org/a.git#main"))
                .anyMatch(line -> line.contains("--opt context=https://example.org/a.git#main"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "buildctl", "buildah", "podman"})
    void eachOfItsCommandsFindsTheLogin(String program) throws IOException {
        program(program, "echo \"$1 $DOCKER_CONFIG\" >> " + said + "\necho done\n");
        Builder builder = switch (program) {
            case "docker" -> BuilderKind.docker.open(commands(), Map.of());
            case "buildctl" -> BuilderKind.buildkit.open(commands(), Map.of());
            default -> BuilderKind.valueOf(program).open(commands(), Map.of());
        };
        Builder.Job job = job(".");
        Files.deleteIfExists(said); // with what was asked about its version

        builder.build(
                new Builder.Job(
                        job.dockerfile(), job.ignoreFile(), job.context(), job.image(), Builder.Fate.PUSHED, true, job.options(), List.of(),
                        () -> Map.of("DOCKER_CONFIG", "handed")),
                line -> {});

        assertThat(Files.readAllLines(said))
                .isEqualTo(program.equals("buildctl") ? List.of("build handed") : List.of("build handed", "push handed"));
    }

    @Test
    void anotherBuilderOfDockersClientPushesItself() throws IOException {
        program("docker", "echo \"docker $*\" >> " + said + "\necho 'Driver: docker-container'\n");
        Builder builder = BuilderKind.docker.open(commands(), Map.of("BUILDX_BUILDER", "other"));

        builder.build(job("."), line -> {});

        assertThat(Files.readAllLines(said))
                .containsExactly(
                        "docker buildx inspect",
                        "docker buildx build --progress plain --tag " + IMAGE
                                + " --output type=registry,registry.insecure=true .");
        assertThat(builder.dialect()).isEqualTo(Dialect.BUILDKIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "buildkit", "buildah"})
    void whatIsNotToBePushedIsNot(String builder) throws IOException {
        Builder.Job job = job(".");
        BuilderKind.valueOf(builder).open(commands(), Map.of()).build(
                new Builder.Job(
                        job.dockerfile(), job.ignoreFile(), job.context(), job.image(), Builder.Fate.NOT_PUSHED, true,
                        job.options(), List.of(), Map::of),
                line -> {});

        assertThat(Files.readAllLines(said)).anyMatch(line -> line.contains(" build ")).noneMatch(line -> line.contains("push"));
    }

    @Test
    void theEnginesOwnBuilderIsNoOther() throws IOException {
        program("docker", "echo \"docker $*\" >> " + said + "\necho 'Driver: docker'\n");

        BuilderKind.docker.open(commands(), Map.of("BUILDX_BUILDER", "default")).build(job("."), line -> {});

        assertThat(Files.readAllLines(said)).endsWith(
                "docker build --progress plain --tag " + IMAGE + " .", "docker push " + IMAGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[] | true", "null | true", "[\"x@sha256:1\"] | false"})
    void anImageThatWasOnlyMadeHereIsTheEnginesOwn(String digests, boolean own) throws IOException {
        program("docker", "echo '" + digests + "'\n");

        assertThat(BuilderKind.docker.open(commands(), Map.of()).hasOwn(ImageName.of("mine:1"))).isEqualTo(own);
    }

    private static Builder.Job job(String context) {
        BuilderOptions options = CommandLine.populateCommand(new BuildOptions(), "-t", IMAGE).forBuilder();
        return new Builder.Job(
                Optional.empty(), Optional.empty(), context, ImageName.of(IMAGE), Builder.Fate.PUSHED, true, options, List.of(), Map::of);
    }

    private int run(String builder, String options) throws IOException {
        List<String> words = new ArrayList<>(List.of("build", "--builder", builder, "-t", IMAGE));
        if (!options.isEmpty()) {
            words.addAll(List.of(options.split(" ")));
        }
        words.add(directory.toString());
        Surroundings real = Surroundings.real();
        Surroundings surroundings = new Surroundings(
                commands(), real.builders(), Http.Limits.USUAL, real.logins(), real.input(), real.clock(), real.random());
        return Agent.run(new PrintStream(out, true, StandardCharsets.UTF_8), surroundings, words.toArray(String[]::new));
    }

    private Commands commands() {
        return new Commands(name -> programs.resolve(name).toString());
    }

    private void program(String name, String script) throws IOException {
        Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
