package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.interop.DistributionRegistry.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that real registries and clients made come in, and go out to real clients. */
@ExtendWith(SharedRegistry.class)
class MovingTest {

    private final DebianImage debian;

    @TempDir
    Path directory;

    MovingTest(DebianImage debian) {
        this.debian = debian;
    }

    /** An image of each kind, an index with one child that has no tag, and a tag that cosign would make. */
    private void fill(DistributionRegistry source) {
        String address = source.registry().address();
        crane("copy", debian.name(), address + "/team/app:1");
        skopeo("copy", "--format=v2s2", "docker://" + debian.name(), "docker://" + address + "/team/app:docker");
        crane("mutate", "--set-platform", "linux/arm64", "-t", address + "/team/app:arm64", address + "/team/app:1");
        crane("index", "append", "-m", address + "/team/app:1", "-m", address + "/team/app:arm64", "-t", address + "/team/app:many");
        crane("copy", address + "/team/app:1", address + "/deep/er/still:latest");
        String signature = source.registry().digest("team/app", "1").replace(':', '-') + ".sig";
        crane("copy", address + "/team/app:docker", address + "/team/app:" + signature);
    }

    @ParameterizedTest
    @EnumSource
    void aDirectoryOfADistributionRegistryComesInWhileBothRun(Version version) throws IOException {
        Path old = Files.createDirectory(directory.resolve("old"));
        Path data = directory.resolve("data");
        try (DistributionRegistry source = DistributionRegistry.start(version, old);
                StrataProcess strata = StrataProcess.start(data)) {
            fill(source);

            Command.Output run = strata("import", old.toString(), "--strata.data-dir=" + data).run();

            assertThat(run.standard()).contains("2 repositories", "0 copied");
            assertEqual(source.registry(), strata.registry());
            String image = strata.registry().address() + "/deep/er/still:latest";
            assertThat(crane("export", image, directory.resolve("files.tar").toString()).exitCode()).isZero();
            crane("delete", source.registry().address() + "/team/app@" + source.registry().digest("team/app", "docker"));
            crane("copy", debian.name(), source.registry().address() + "/team/app:new");
            Command.Output again = strata("import", old.toString(), "--strata.data-dir=" + data).attempt();
            assertThat(again.standard()).contains("1 tags set, ", "0 manifests taken");
        }
    }

    /** Nobody serves the directory, so the command does it alone. */
    @Test
    void aDirectoryComesInBeforeTheFirstStart() throws IOException {
        Path old = Files.createDirectory(directory.resolve("old"));
        Path data = directory.resolve("data");
        try (DistributionRegistry source = DistributionRegistry.start(Version.THREE, old)) {
            fill(source);

            strata("import", "--strata.data-dir=" + data, old.toString()).run();

            try (StrataProcess strata = StrataProcess.start(data)) {
                assertEqual(source.registry(), strata.registry());
            }
        }
    }

    @Test
    void imagesComeOverHttpFromAnotherRegistryAndFromAnotherStrata() throws IOException {
        Path old = Files.createDirectory(directory.resolve("old"));
        try (DistributionRegistry source = DistributionRegistry.start(Version.THREE, old);
                StrataProcess first = StrataProcess.start(directory.resolve("first"));
                StrataProcess second = StrataProcess.start(directory.resolve("second"))) {
            fill(source);

            strata("import", "--to", "http://" + first.registry().address(), "http://" + source.registry().address()).run();

            assertEqual(source.registry(), first.registry());
            String image = first.registry().address() + "/team/app:1";
            Path note = Files.writeString(directory.resolve("note.txt"), "attached");
            oras("attach", "--disable-path-validation", "--artifact-type=text/note", image, note + ":text/plain");
            strata("import", "--to", "http://" + second.registry().address(), "http://" + first.registry().address()).run();
            assertEqual(source.registry(), second.registry());
            assertThat(oras("discover", second.registry().address() + "/team/app:1").all()).contains("text/note");
        }
    }

    @Test
    void whatIsExportedIsReadBySkopeoAndOras() throws IOException {
        try (StrataProcess strata = StrataProcess.start(directory.resolve("data"))) {
            String image = strata.registry().address() + "/team/app:1";
            crane("copy", debian.name(), image);
            Path note = Files.writeString(directory.resolve("note.txt"), "attached");
            oras("attach", "--disable-path-validation", "--artifact-type=text/note", image, note + ":text/plain");
            String registry = "--registry=http://" + strata.registry().address();
            Path tar = directory.resolve("app.tar");
            Path layout = Files.createDirectory(directory.resolve("layout"));

            strata("export", registry, "-o", tar.toString(), "team/app").run();
            strata("export", registry, "-o", layout.toString(), "team/app").run();

            skopeo("copy", "oci-archive:" + tar + ":1", "docker://" + strata.registry().address() + "/from/tar:1");
            skopeo("copy", "oci:" + layout + ":1", "docker://" + strata.registry().address() + "/from/layout:1");
            assertThat(strata.registry().digest("from/tar", "1")).isEqualTo(debian.digest());
            assertThat(strata.registry().digest("from/layout", "1")).isEqualTo(debian.digest());
            Command.of("oras", "copy", "--recursive", "--from-oci-layout", layout + ":1", "--to-plain-http")
                    .and(strata.registry().address() + "/from/oras:1")
                    .run();
            assertThat(oras("discover", strata.registry().address() + "/from/oras:1").all()).contains("text/note");
            assertThat(Command.of("tar", "-tf", tar.toString()).run().standard().lines()).contains("oci-layout", "index.json");
        }
    }

    private static void assertEqual(Registry source, Registry here) {
        for (String repository : List.of("team/app", "deep/er/still")) {
            String tags = "/v2/" + repository + "/tags/list";
            List<String> names = Registry.json(source.get(tags).body()).get("tags").valueStream()
                    .map(tag -> tag.asString())
                    .sorted()
                    .toList();
            assertThat(Registry.json(here.get(tags).body()).get("tags").valueStream().map(tag -> tag.asString()))
                    .containsExactlyElementsOf(names);
            for (String tag : names) {
                assertThat(here.digest(repository, tag)).isEqualTo(source.digest(repository, tag));
            }
        }
    }

    private static Command strata(String... words) {
        return Command.of(StrataProcess.program().toArray(String[]::new)).and(words);
    }

    private static Command.Output crane(String... words) {
        return Command.of("crane", "--insecure").and(words).run();
    }

    private static Command.Output skopeo(String command, String... words) {
        return Command.of("skopeo", command, "--src-tls-verify=false", "--dest-tls-verify=false").and(words).run();
    }

    private static Command.Output oras(String command, String... words) {
        return Command.of("oras", command, "--plain-http").and(words).run();
    }
}
