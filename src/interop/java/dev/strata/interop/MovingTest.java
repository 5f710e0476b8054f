package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.interop.DistributionRegistry.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Images that real registries and clients made come in, and go out to real clients. */
@ExtendWith(SharedRegistry.class)
class MovingTest {

    private final Registry registry;
    private final DebianImage debian;

    @TempDir
    Path directory;

    MovingTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    /** An image of each kind, an index with a child that has no tag of its own, and a tag that cosign would make. */
    private void fill(DistributionRegistry source, String repository) {
        String name = source.registry().image(repository);
        crane("copy", debian.name(), name + ":1");
        skopeo("copy", "--format=oci", "docker://" + debian.name(), "docker://" + name + ":oci");
        crane("mutate", "--set-platform", "linux/arm64", "-t", name + ":arm64", name + ":1");
        crane("index", "append", "-m", name + ":1", "-m", name + ":arm64", "-t", name + ":many");
        String signature = source.registry().digest(repository, "1").replace(':', '-') + ".sig";
        crane("copy", name + ":oci", name + ":" + signature);
    }

    @Test
    void directoriesOfDistributionRegistriesComeInWhileAllOfThemRun() throws IOException {
        Path data = directory.resolve("data");
        try (StrataProcess strata = StrataProcess.start(data)) {
            for (Version version : Version.values()) {
                String repository = "moving/from/" + version.name().toLowerCase(Locale.ROOT);
                Path old = Files.createDirectory(directory.resolve(version.name()));
                try (DistributionRegistry source = DistributionRegistry.start(version, old)) {
                    fill(source, repository);

                    Command.Output run = strata("import", old.toString(), "--strata.data-dir=" + data).run();

                    assertThat(run.standard()).contains("1 repositories", "0 copied");
                    assertEqual(source.registry(), strata.registry(), repository);
                    crane("delete", source.registry().image(repository + "@" + source.registry().digest(repository, "oci")));
                    crane("copy", debian.name(), source.registry().image(repository + ":new"));
                    Command.Output again = strata("import", old.toString(), "--strata.data-dir=" + data).attempt();
                    assertThat(again.standard()).contains("1 tags set, ", "0 manifests taken");
                    assertThat(strata.registry().hasManifest(repository, "oci")).as("what was deleted there").isTrue();
                }
            }
        }
    }

    /** Nobody serves the directory, so the command does it alone. */
    @Test
    void aDirectoryComesInBeforeTheFirstStart() throws IOException {
        Path old = Files.createDirectory(directory.resolve("old"));
        Path data = directory.resolve("data");
        try (DistributionRegistry source = DistributionRegistry.start(Version.THREE, old)) {
            crane("copy", debian.name(), source.registry().image("moving/first:1"));

            strata("import", "--strata.data-dir=" + data, old.toString()).run();

            try (StrataProcess strata = StrataProcess.start(data)) {
                assertEqual(source.registry(), strata.registry(), "moving/first");
            }
        }
    }

    @Test
    void imagesComeOverHttpFromAnotherRegistryAndFromAnotherStrata() throws IOException {
        Path old = Files.createDirectory(directory.resolve("old"));
        try (DistributionRegistry source = DistributionRegistry.start(Version.THREE, old);
                StrataProcess second = StrataProcess.start(directory.resolve("second"))) {
            fill(source, "moving/http");

            strata("import", "--to", "http://" + registry.address(), "http://" + source.registry().address()).run();

            assertEqual(source.registry(), registry, "moving/http");
            Path note = Files.writeString(directory.resolve("note.txt"), "attached");
            oras("attach", "--disable-path-validation", "--artifact-type=text/note", registry.image("moving/http:1"), note + ":text/plain");
            strata("import", "--only=moving/http", "--to", "http://" + second.registry().address(), "http://" + registry.address()).run();
            assertEqual(source.registry(), second.registry(), "moving/http");
            assertThat(oras("discover", second.registry().image("moving/http:1")).all()).contains("text/note");
        }
    }

    /** Skopeo reads of a layout only what has a type of OCI's. */
    @Test
    void whatIsExportedIsReadBySkopeoAndOras() throws IOException {
        String image = registry.image("moving/export:1");
        skopeo("copy", "--format=oci", "docker://" + debian.name(), "docker://" + image);
        String digest = registry.digest("moving/export", "1");
        Path note = Files.writeString(directory.resolve("note.txt"), "attached");
        oras("attach", "--disable-path-validation", "--artifact-type=text/note", image, note + ":text/plain");
        Path tar = directory.resolve("app.tar");
        Path layout = Files.createDirectory(directory.resolve("layout"));
        String from = "--registry=http://" + registry.address();

        strata("export", from, "-o", tar.toString(), "moving/export").run();
        strata("export", from, "-o", layout.toString(), "moving/export").run();

        skopeo("copy", "oci-archive:" + tar + ":1", "docker://" + registry.image("moving/tar:1"));
        skopeo("copy", "oci:" + layout + ":1", "docker://" + registry.image("moving/layout:1"));
        assertThat(registry.digest("moving/tar", "1")).isEqualTo(digest);
        assertThat(registry.digest("moving/layout", "1")).isEqualTo(digest);
        Command.of("oras", "copy", "--recursive", "--from-oci-layout", layout + ":1", "--to-plain-http")
                .and(registry.image("moving/oras:1"))
                .run();
        assertThat(oras("discover", registry.image("moving/oras:1")).all()).contains("text/note");
        assertThat(Command.of("tar", "-tf", tar.toString()).run().standard().lines()).contains("oci-layout", "index.json");
    }

    private static void assertEqual(Registry source, Registry here, String repository) {
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
