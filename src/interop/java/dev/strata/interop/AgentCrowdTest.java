package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents that build the same at the same time. */
@ExtendWith(SharedRegistry.class)
class AgentCrowdTest {

    private static final int AGENTS = 10;
    private static final Duration START = Duration.ofMinutes(1);

    private final Registry registry;
    private final DebianImage debian;

    AgentCrowdTest(Registry registry, DebianImage debian) {
        this.registry = registry;
        this.debian = debian;
    }

    @ParameterizedTest
    @EnumSource
    void tenAgentsRunEachStepOnceAndEndOnOneChain(TestedBuilder builder, @TempDir Path directory) throws Exception {
        String repository = "interop/crowd-" + builder.name().toLowerCase(Locale.ROOT);
        try (StepCounter counter = new StepCounter()) {
            BuildContext context = context(directory, counter, "sleep 1");

            List<AgentBuild> builds = together(AGENTS, agent ->
                    AgentBuild.command(builder, context, registry.image(repository + ":" + agent)));

            assertThat(counter.counts()).isEqualTo(Map.of("one", 1L, "two", 1L, "three", 1L));
            assertThat(chains(repository, AGENTS)).hasSize(1);
            assertThat(builds.stream().mapToInt(build -> build.finished().get("run").asInt()).sum())
                    .as("steps that the builders were given, by all agents")
                    .isEqualTo(4);
        }
    }

    /** What was run for the dead one has to be run again, everything else only once. */
    @Test
    void othersGoOnWhereTheOneThatRanAStepIsKilled(@TempDir Path directory) throws Exception {
        String repository = "interop/crowd-killed";
        try (StepCounter counter = new StepCounter()) {
            BuildContext context = context(directory, counter, "sleep 3");
            Command first = AgentBuild.command(
                    TestedBuilder.BUILDKIT, context, registry.image(repository + ":first"), "--lease-time", "3");
            Process holder = new ProcessBuilder(first.words())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            await("the first step").atMost(START).until(() -> counter.counts().containsKey("one"));
            holder.descendants().forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly().waitFor(START.toSeconds(), TimeUnit.SECONDS);

            together(4, agent -> AgentBuild.command(
                    TestedBuilder.BUILDKIT, context, registry.image(repository + ":" + agent), "--lease-time", "3"));

            assertThat(counter.counts()).isEqualTo(Map.of("one", 2L, "two", 1L, "three", 1L));
            assertThat(chains(repository, 4)).hasSize(1);
            assertThat(registry.hasManifest(repository, "first")).isFalse();
        }
    }

    private interface Agents {
        Command command(int agent);
    }

    private static List<AgentBuild> together(int count, Agents agents) throws InterruptedException, ExecutionException {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<AgentBuild>> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Command command = agents.command(i);
                running.add(executor.submit(() -> AgentBuild.of(command.run())));
            }
            List<AgentBuild> builds = new ArrayList<>();
            for (Future<AgentBuild> build : running) {
                builds.add(build.get());
            }
            return builds;
        }
    }

    private Set<List<String>> chains(String repository, int count) {
        Set<List<String>> chains = new HashSet<>();
        for (int i = 0; i < count; i++) {
            List<String> layers = new ArrayList<>();
            registry.manifest(repository, String.valueOf(i))
                    .get("layers")
                    .forEach(layer -> layers.add(layer.get("digest").asString()));
            chains.add(layers);
        }
        return chains;
    }

    /** Three steps whose results nobody can make a second time. */
    private BuildContext context(Path directory, StepCounter counter, String pause) throws IOException {
        Files.writeString(
                directory.resolve("Dockerfile"),
                """
                FROM %1$s AS build
                RUN %2$s
                RUN %3$s
                FROM %1$s
                RUN %4$s
                COPY --from=build /one /two /
                """
                        .formatted(
                                debian.name(),
                                counter.telling("one", pause + " && head -c 16 /dev/urandom > /one"),
                                counter.telling("two", "head -c 16 /dev/urandom > /two"),
                                counter.telling("three", "head -c 16 /dev/urandom > /three")));
        return new BuildContext(directory);
    }
}
