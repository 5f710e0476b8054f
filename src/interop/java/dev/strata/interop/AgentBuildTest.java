package dev.strata.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Builds with the layer cache's help, by each builder. */
@ExtendWith(SharedRegistry.class)
class AgentBuildTest {

    private static final Pattern SENT =
            Pattern.compile("^strata_blob_sent_bytes_total(?:\\{[^}]*})? (\\S+)$", Pattern.MULTILINE);
    private static final int CONFIGURATIONS = 200_000;

    private final Registry registry;
    private final DebianImage debian;

    AgentBuildTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @ParameterizedTest
    @EnumSource
    void aBuildThatWasDoneBeforeRunsAndPullsNothing(TestedBuilder builder, @TempDir Path directory) throws IOException {
        String repository = "interop/agent-again-" + builder.name().toLowerCase(Locale.ROOT);
        try (StepCounter counter = new StepCounter()) {
            BuildContext context = context(directory, counter, debian.name());
            AgentBuild cold = AgentBuild.run(builder, context, registry.image(repository + ":1"));
            builder.forget();
            double sent = bytesSent();

            AgentBuild again = AgentBuild.run(builder, context, registry.image(repository + ":2"));

            assertThat(cold.statuses()).contains("miss").doesNotContain("hit");
            assertThat(again.statuses()).containsOnly("hit");
            assertThat(again.events("building")).isEmpty();
            assertThat(again.events("output")).isEmpty();
            assertThat(bytesSent() - sent).isLessThan(CONFIGURATIONS);
            assertThat(counter.counts()).isEqualTo(Map.of("compile", 1L, "install", 1L));
            assertThat(again.finished().get("bytes_spared").asLong()).isGreaterThan(10_000_000);
            assertThat(layers(repository, "2")).isEqualTo(layers(repository, "1"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void theImageIsTheOneThatTheBuilderMakesAlone(TestedBuilder builder, @TempDir Path directory) throws IOException {
        String repository = "interop/agent-same-" + builder.name().toLowerCase(Locale.ROOT);
        try (StepCounter counter = new StepCounter()) {
            BuildContext context = context(directory, counter, debian.name());
            builder.buildAlone(context, registry.image(repository + ":alone"));
            builder.forget();

            AgentBuild.run(builder, context, registry.image(repository + ":cold"));
            AgentBuild.run(builder, context, registry.image(repository + ":hit"));
            Files.writeString(directory.resolve("line"), "another line\n");
            AgentBuild.run(builder, context, registry.image(repository + ":partly"));

            JsonNode alone = comparable(repository, "alone");
            assertThat(comparable(repository, "cold")).isEqualTo(alone);
            assertThat(comparable(repository, "hit")).isEqualTo(alone);
            assertThat(comparable(repository, "partly")).isEqualTo(alone);
            assertThat(output(repository, "alone")).isEqualTo("first line\nbuilt\ninstalled by one\n");
            assertThat(output(repository, "cold")).isEqualTo(output(repository, "alone"));
            assertThat(output(repository, "hit")).isEqualTo(output(repository, "alone"));
            assertThat(output(repository, "partly")).isEqualTo("another line\nbuilt\ninstalled by one\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatAChangeReachesIsRunAgain(TestedBuilder builder, @TempDir Path directory) throws IOException {
        String repository = "interop/agent-change-" + builder.name().toLowerCase(Locale.ROOT);
        try (StepCounter counter = new StepCounter()) {
            BuildContext context = context(directory, counter, debian.name());
            AgentBuild.run(builder, context, registry.image(repository + ":1"));

            Files.writeString(directory.resolve("line"), "changed\n");
            AgentBuild file = AgentBuild.run(builder, context, registry.image(repository + ":2"));
            Map<String, Long> afterFile = counter.counts();
            AgentBuild argument =
                    AgentBuild.run(builder, context, registry.image(repository + ":3"), "--build-arg", "WHO=two");
            Map<String, Long> afterArgument = counter.counts();
            AgentBuild fresh =
                    AgentBuild.run(builder, context, registry.image(repository + ":4"), "--no-cache-filter", "build");

            assertThat(file.reasons()).containsExactly("CONTENT_CHANGED");
            assertThat(afterFile).isEqualTo(Map.of("compile", 1L, "install", 1L));
            assertThat(argument.reasons()).containsExactly("ARG_CHANGED");
            assertThat(afterArgument).isEqualTo(Map.of("compile", 1L, "install", 2L));
            assertThat(output(repository, "3")).isEqualTo("changed\nbuilt\ninstalled by two\n");
            assertThat(fresh.statuses()).contains("bypass");
            // The file that is copied from there came out the same, so what follows has nothing to do.
            assertThat(fresh.events("found").map(found -> found.get("instruction").asString()))
                    .containsExactly("COPY --from=build /result /result", "COPY line /line");
            assertThat(fresh.finished().get("run").asInt()).isEqualTo(1);
            assertThat(counter.counts().get("compile")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBaseThatMovedMakesAllStepsMiss(TestedBuilder builder, @TempDir Path directory) throws IOException {
        String name = builder.name().toLowerCase(Locale.ROOT);
        String repository = "interop/agent-base-" + name;
        String base = registry.image("interop/agent-bases:" + name);
        try (StepCounter counter = new StepCounter()) {
            BuildContext context = context(directory, counter, base);
            Command.of("crane", "copy", "--insecure", debian.name(), base).run();
            AgentBuild.run(builder, context, registry.image(repository + ":1"));
            moveBase(directory, base);

            AgentBuild moved = AgentBuild.run(builder, context, registry.image(repository + ":2"));

            assertThat(moved.reasons()).isNotEmpty().containsOnly("BASE_MOVED");
            assertThat(moved.statuses()).doesNotContain("hit");
            assertThat(counter.counts()).isEqualTo(Map.of("compile", 2L, "install", 2L));
            assertThat(output(repository, "2")).isEqualTo("first line\nbuilt\ninstalled by one\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegistryWithoutACacheGetsWhatTheBuilderBuilds(TestedBuilder builder, @TempDir Path directory) throws Exception {
        try (StepCounter counter = new StepCounter();
                OtherRegistry other = OtherRegistry.start()) {
            BuildContext context = context(directory, counter, debian.name());

            AgentBuild build = AgentBuild.run(builder, context, other.registry().image("app:1"));

            assertThat(build.events("note").map(note -> note.get("message").asString()))
                    .anyMatch(note -> note.contains("the cache is away"));
            assertThat(other.registry().hasManifest("app", "1")).isTrue();
            assertThat(counter.counts()).isEqualTo(Map.of("compile", 1L, "install", 1L));
        }
    }

    @Test
    void aScopeIsWrittenByWhoMayOnlyAndTheBuildSucceedsWithoutIt(@TempDir Path directory, @TempDir Path data)
            throws IOException {
        Path policy = Files.writeString(
                data.resolve("policy.yaml"),
                "grants: [{who: anonymous, on: '**', may: [pull, push, cache], cache: 'pr-*'}]");
        try (StrataProcess strata =
                StrataProcess.start(data.resolve("strata"), "--strata.access.policy=" + policy)) {
            Registry own = strata.registry();
            BuildContext context = BuildContext.file(directory, "a line");

            AgentBuild refused =
                    AgentBuild.of(AgentBuild.command(TestedBuilder.BUILDAH, context, own.image("app:1")).run());
            Command build = AgentBuild.command(TestedBuilder.BUILDAH, context, own.image("app:1"), "--scope", "pr-1");
            AgentBuild written = AgentBuild.of(build.run());
            AgentBuild read = AgentBuild.of(build.run());

            assertThat(refused.statuses()).containsExactly("miss");
            assertThat(notes(refused)).singleElement().asString().contains("not stored in the cache", "403", "scope");
            assertThat(refused.finished().get("run").asInt()).isEqualTo(1);
            assertThat(own.hasManifest("app", "1")).isTrue();
            assertThat(written.statuses()).containsExactly("miss");
            assertThat(notes(written)).isEmpty();
            assertThat(read.statuses()).containsExactly("hit");
        }
    }

    private static List<String> notes(AgentBuild build) {
        return build.events("note").map(note -> note.get("message").asString()).toList();
    }

    /** Two stages: one that compiles, one that installs, and takes a file and what was compiled. */
    private static BuildContext context(Path directory, StepCounter counter, String base) throws IOException {
        Files.writeString(directory.resolve("line"), "first line\n");
        Files.writeString(directory.resolve(".dockerignore"), "Dockerfile\n*.tar\n");
        Files.writeString(
                directory.resolve("Dockerfile"),
                """
                FROM %1$s AS build
                ENV RESULT=/result
                RUN %2$s

                FROM %1$s
                ARG WHO=one
                LABEL who=$WHO
                RUN %3$s
                COPY --from=build /result /result
                ENV AFTER="an environment" PATH=/opt/bin:$PATH
                COPY line /line
                EXPOSE 8080
                CMD ["cat", "/line", "/result", "/installed"]
                """
                        .formatted(
                                base,
                                counter.telling("compile", "echo built > $RESULT"),
                                counter.telling("install", "echo installed by $WHO > /installed")));
        return new BuildContext(directory);
    }

    private static void moveBase(Path directory, String base) throws IOException {
        Path added = directory.resolve("added.tar");
        Files.writeString(directory.resolve("news"), "of the base\n");
        Command.of("tar", "-C", directory.toString(), "-cf", added.toString(), "news").run();
        Command.of("crane", "append", "--insecure", "--base", base, "-f", added.toString(), "-t", base).run();
        Files.delete(directory.resolve("news"));
    }

    private String output(String repository, String tag) {
        String image = registry.image(repository + ":" + tag);
        Docker.command("pull", image).run();
        return Docker.run(image) + "\n";
    }

    private List<String> layers(String repository, String tag) {
        List<String> digests = new ArrayList<>();
        registry.manifest(repository, tag).get("layers").forEach(layer -> digests.add(layer.get("digest").asString()));
        return digests;
    }

    /** The configuration without times, layers' digests, and what buildah calls files and its own intermediate images. */
    private JsonNode comparable(String repository, String tag) {
        String digest = registry.manifest(repository, tag).get("config").get("digest").asString();
        ObjectNode config =
                (ObjectNode) Registry.json(registry.get("/v2/" + repository + "/blobs/" + digest).body());
        config.remove("created");
        ((ObjectNode) config.get("rootfs")).remove("diff_ids");
        for (JsonNode each : config.get("history")) {
            ObjectNode entry = (ObjectNode) each;
            entry.remove("created");
            String createdBy = entry.path("created_by").asString("");
            if (createdBy.startsWith("/bin/sh -c #(nop) COPY")) {
                entry.put("created_by", createdBy.replaceAll("COPY \\S+ in", "COPY in"));
            }
            if (entry.path("comment").asString("").startsWith("FROM ")) {
                entry.remove("comment");
            }
        }
        return config;
    }

    private double bytesSent() {
        Matcher sent = SENT.matcher(new String(registry.get("/actuator/prometheus").body(), UTF_8));
        return sent.find() ? Double.parseDouble(sent.group(1)) : 0;
    }
}
