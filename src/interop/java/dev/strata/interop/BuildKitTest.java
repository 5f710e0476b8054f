package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** BuildKit's own client and daemon, which push without an engine between them and the registry. */
@ExtendWith(SharedRegistry.class)
class BuildKitTest {

    private final Registry registry;
    private final DebianImage debian;

    BuildKitTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @Test
    void builtImageIsPushedAndRuns(@TempDir Path directory) throws IOException {
        String image = registry.image("interop/buildkit:1");
        BuildContext context = BuildContext.printing(directory, debian.name(), "built by BuildKit");

        String pushed = build(context, image);
        String byDigest = registry.image("interop/buildkit@" + pushed);
        Docker.command("pull", byDigest).run();

        assertThat(pushed).isEqualTo(registry.digest("interop/buildkit", "1"));
        assertThat(Docker.run(byDigest)).startsWith("built by BuildKit");
    }

    /** The cache is an image manifest in one shape and an index of layers in the other. */
    @ParameterizedTest
    @CsvSource({
        "true, true, application/vnd.oci.image.manifest.v1+json",
        "false, true, application/vnd.oci.image.index.v1+json",
        "false, false, application/vnd.docker.distribution.manifest.list.v2+json"
    })
    void exportedCacheSparesTheNextBuildItsCommands(
            boolean imageManifest, boolean ociMediaTypes, String mediaType, @TempDir Path directory) throws IOException {
        String repository = "interop/buildkit-cache-" + imageManifest + "-" + ociMediaTypes;
        String image = registry.image(repository + ":image");
        String cache = "type=registry,ref=" + registry.image(repository + ":cache");
        String export = cache + ",mode=max,image-manifest=" + imageManifest + ",oci-mediatypes=" + ociMediaTypes;
        BuildContext context = BuildContext.printing(directory, debian.name(), repository);

        build(context, image, "--export-cache", export);
        List<String> built = layers(repository, "image");
        Command.of("buildctl", "prune", "--all").run();
        build(context, image, "--import-cache", cache);

        assertThat(registry.manifest(repository, "cache").get("mediaType").asString()).isEqualTo(mediaType);
        // A command that had been run again would have made another random line, and so another layer.
        assertThat(layers(repository, "image")).isEqualTo(built);
    }

    @Test
    void cacheInsideTheImageIsFound(@TempDir Path directory) throws IOException {
        String repository = "interop/buildkit-inline";
        String image = registry.image(repository + ":1");
        BuildContext context = BuildContext.printing(directory, debian.name(), repository);

        build(context, image, "--export-cache", "type=inline");
        List<String> built = layers(repository, "1");
        Command.of("buildctl", "prune", "--all").run();
        build(context, image, "--import-cache", "type=registry,ref=" + image);

        assertThat(layers(repository, "1")).isEqualTo(built);
    }

    @Test
    void indexOfSeveralPlatformsWithAttestationsIsPushed(@TempDir Path directory) throws IOException {
        String repository = "interop/buildkit-platforms";
        BuildContext context = BuildContext.file(directory, "on every platform");

        String pushed = build(
                context,
                registry.image(repository + ":1"),
                "--opt", "platform=linux/amd64,linux/arm64/v8",
                "--opt", "attest:provenance=mode=max");

        assertThat(pushed).isEqualTo(registry.digest(repository, "1"));
        JsonNode manifests = registry.manifest(repository, "1").get("manifests");
        assertThat(manifests.size()).as("two images, and a provenance for each").isEqualTo(4);
        for (JsonNode manifest : manifests) {
            String digest = manifest.get("digest").asString();
            assertThat(registry.digest(repository, digest)).isEqualTo(digest);
        }
    }

    @Test
    void zstdLayersArePushedAndRun(@TempDir Path directory) throws IOException {
        String repository = "interop/buildkit-zstd";
        String image = registry.image(repository + ":1");
        BuildContext context = BuildContext.printing(directory, debian.name(), "compressed with zstd");

        build(context, image, "compression=zstd,force-compression=true,oci-mediatypes=true", List.of());

        assertThat(registry.manifest(repository, "1").get("layers").get(0).get("mediaType").asString()).endsWith("+zstd");
        Command.of("podman", "pull", "--tls-verify=false", image).run();
        assertThat(Command.of("podman", "run", "--rm", image).run().result()).startsWith("compressed with zstd");
    }

    /** Builds and pushes, and gives back the digest that BuildKit says it pushed. */
    private static String build(BuildContext context, String image, String... options) throws IOException {
        return build(context, image, "oci-mediatypes=true", List.of(options));
    }

    private static String build(BuildContext context, String image, String output, List<String> options) throws IOException {
        Path metadata = context.directory().resolveSibling(context.directory().getFileName() + ".json");
        try {
            Command.of("buildctl", "build", "--progress", "plain", "--frontend", "dockerfile.v0")
                    .and("--local", "context=" + context, "--local", "dockerfile=" + context)
                    .and("--output", "type=image,name=" + image + ",push=true," + output)
                    .and("--metadata-file", metadata.toString())
                    .and(options.toArray(String[]::new))
                    .run();
            return Registry.json(Files.readString(metadata)).get("containerimage.digest").asString();
        } finally {
            Files.deleteIfExists(metadata);
        }
    }

    private List<String> layers(String repository, String tag) {
        return Objects.requireNonNull(registry.manifest(repository, tag).get("layers")).valueStream()
                .map(layer -> layer.get("digest").asString())
                .toList();
    }
}
