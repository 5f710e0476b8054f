package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Builders of several branches and platforms export their caches under one tag, and all of them find what they need. */
@ExtendWith(SharedRegistry.class)
class BuildKitMergedCacheTest {

    private static final String REPOSITORY = "interop/buildkit-merged";

    private final Registry registry;
    private final DebianImage debian;

    BuildKitMergedCacheTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    /** A build of a branch for a platform; the older form of the cache is an index. */
    private record Build(String branch, String platform, boolean imageManifest) {

        String tag() {
            return branch + "-" + platform.replace('/', '-');
        }
    }

    /** Each export comes from a builder that knows nothing, after those of the others, as on a farm. */
    @Test
    void everyBuilderGetsAllOfItsHitsOnAnEmptyBuilder(@TempDir Path directory) throws IOException {
        List<Build> builds = List.of(
                new Build("main", "linux/amd64", true),
                new Build("feature", "linux/amd64", false),
                new Build("main", "linux/arm64", true),
                new Build("fix", "linux/amd64", true));
        Map<Build, List<String>> built = new LinkedHashMap<>();
        for (Build build : builds) {
            built.put(build, build(directory, build, true));
        }
        assertThat(built.get(builds.get(3)).get(1))
                .as("the layer of the command that main and fix have in common")
                .isEqualTo(built.get(builds.get(0)).get(1));

        for (Build build : builds) {
            // A command that had been run again would have made other random bytes, and so another layer.
            assertThat(build(directory, build, false)).as("layers of %s", build).isEqualTo(built.get(build));
        }
    }

    /** Returns the layers of the image. */
    private List<String> build(Path parent, Build build, boolean exports) throws IOException {
        Command.of("buildctl", "prune", "--all").run();
        Path context = Files.createDirectories(parent.resolve(build.branch()));
        Files.writeString(context.resolve("source"), "source of " + build.branch() + "\n");
        Files.writeString(context.resolve("Dockerfile"), dockerfile(build));
        String cache = "type=registry,ref=" + registry.image(REPOSITORY + ":buildcache");
        List<String> options = new ArrayList<>(List.of("--import-cache", cache));
        if (exports) {
            options.addAll(List.of("--export-cache", cache + ",mode=max,image-manifest=" + build.imageManifest()));
        }
        Command.of("buildctl", "build", "--progress", "plain", "--frontend", "dockerfile.v0")
                .and("--local", "context=" + context, "--local", "dockerfile=" + context)
                .and("--opt", "platform=" + build.platform())
                .and("--output", "type=image,name=" + registry.image(REPOSITORY + ":" + build.tag()) + ",push=true")
                .and(options.toArray(String[]::new))
                .run();
        return Objects.requireNonNull(registry.manifest(REPOSITORY, build.tag()).get("layers")).valueStream()
                .map(layer -> layer.get("digest").asString())
                .toList();
    }

    /** Commands run on this machine's own platform only. On another one, a stage of this one makes what is copied. */
    private String dockerfile(Build build) {
        String random = "head -c 16 /dev/urandom | od -A n -t x1";
        return build.platform().equals("linux/amd64")
                ? """
                  FROM %s
                  RUN %s >/common
                  COPY source /source
                  RUN %s >/random
                  """.formatted(debian.name(), random, random)
                : """
                  FROM --platform=linux/amd64 %s AS tools
                  RUN %s >/common
                  RUN %s >/more
                  FROM scratch
                  COPY source /source
                  COPY --from=tools /common /more /
                  """.formatted(debian.name(), random, random);
    }
}
