package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds behind a login, by each builder: the base is private, and so is the cache. */
@ExtendWith(SignInRegistry.Shared.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentSignInTest {

    private static final List<String> BUILDERS = List.of("docker", "buildkit", "buildah", "podman");
    private static final String MAIN = "refs/heads/main";
    /** How long an ID token is still good when a job gets it; what is built takes longer. */
    private static final Duration GOOD = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    private final SignInRegistry registry;

    AgentSignInTest(SignInRegistry registry) {
        this.registry = registry;
    }

    @BeforeAll
    void pushBase() {
        ClientUser.of(registry, "admin")
                .types(
                        SignedInClient.CRANE.login() + " && crane append -f $ROOT -t $R/built/debian:12"
                                + " && crane mutate --set-platform linux/amd64 -t $R/built/debian:12 $R/built/debian:12",
                        "",
                        "")
                .with("ROOT", DebianImage.rootFileSystem().toString())
                .run();
    }

    private BuildContext context(String name, String... lines) throws IOException {
        Path context = Files.createDirectories(directory.resolve(name));
        Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
        return new BuildContext(context);
    }

    private String from() {
        return "FROM " + registry.image("built/debian:12");
    }

    private static String[] options(String builder, String... more) {
        // The docker engine of the tests has no bridge network.
        Stream<String> own = builder.equals("docker") ? Stream.of("--network", "host") : Stream.empty();
        return Stream.concat(own, Stream.of(more)).toArray(String[]::new);
    }

    /** A command for which nobody else has logged in. */
    private static Command as(Command command, ClientUser user) {
        return command.with("DOCKER_CONFIG", user.directory().toString())
                .with("REGISTRY_AUTH_FILE", user.directory().resolve("auth.json").toString());
    }

    /** The token with which a job begins is over before its builder pushes, and nothing is stored for either. */
    @Test
    void aJobBuildsForLongerThanItsIdTokenIsGood() throws Exception {
        Map<String, Future<AgentBuild>> builds = new LinkedHashMap<>();
        List<ClientUser> users = new ArrayList<>();
        try (GitHubJobs jobs = new GitHubJobs(audience -> registry.idToken(MAIN, audience, GOOD));
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String builder : BUILDERS) {
                BuildContext context = context(
                        builder, from(), "RUN sleep " + GOOD.plusSeconds(3).toSeconds() + " && echo built > /made", "CMD [\"cat\", \"/made\"]");
                ClientUser nobody = ClientUser.of(registry, "");
                users.add(nobody);
                Command build = AgentBuild.command(
                        builder, context, registry.image("built/" + builder + ":1"), options(builder));
                Command inJob = as(jobs.inJob(build), nobody).with("STRATA_AUDIENCE", SignInRegistry.AUDIENCE);
                builds.put(builder, executor.submit(() -> AgentBuild.of(inJob.run())));
            }
            for (Map.Entry<String, Future<AgentBuild>> each : builds.entrySet()) {
                AgentBuild build = each.getValue().get();
                assertThat(build.notes()).as(each.getKey()).isEmpty();
                assertThat(build.statuses()).as(each.getKey()).containsExactly("miss");
                assertThat(registry.has("built/" + each.getKey(), "1")).as(each.getKey()).isTrue();
            }
        }
        for (ClientUser user : users) {
            assertThat(user.directory().resolve("config.json")).hasContent("{}");
            assertThat(user.directory().resolve("auth.json")).hasContent("{}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "buildkit", "buildah", "podman"})
    void whoMayNotWriteTheCacheBuildsAndIsTold(String builder) throws IOException {
        ClientUser ben = ClientUser.of(registry, "ben");
        ben.types(SignedInClient.DOCKER.login(), "", "").run();
        String image = "built/refused-" + builder;

        AgentBuild build = AgentBuild.of(as(
                        AgentBuild.command(
                                builder,
                                context("refused-" + builder, "FROM scratch", "COPY Dockerfile /"),
                                registry.image(image + ":1"),
                                options(builder)),
                        ben)
                .with("REGISTRY_AUTH_FILE", ben.directory().resolve("config.json").toString())
                .run());

        assertThat(build.notes()).singleElement().asString().contains("not stored in the cache", "403");
        assertThat(registry.has(image, "1")).isTrue();
    }

    @Test
    void whatAPullRequestBuildsIsNotUsedByMainAndWhatMainBuildsIsUsedByPullRequests() throws IOException {
        BuildContext context = context("web", from(), "RUN head -c 16 /dev/urandom > /made", "COPY Dockerfile /");

        AgentBuild pullRequest = job("refs/pull/7/merge", context, "built/web:pr-7", "--scope", "pr-7", "--read", "main");
        AgentBuild attack = job("refs/pull/7/merge", context, "built/web:attack", "--scope", "main", "--no-cache");
        AgentBuild other = job("refs/pull/8/merge", context, "built/web:other", "--scope", "pr-7", "--no-cache");
        AgentBuild main = job(MAIN, context, "built/web:main", "--scope", "main");
        AgentBuild next = job("refs/pull/8/merge", context, "built/web:pr-8", "--scope", "pr-8", "--read", "main");
        AgentBuild again = job("refs/pull/7/merge", context, "built/web:again", "--scope", "pr-7", "--read", "main");

        assertThat(pullRequest.notes()).isEmpty();
        assertThat(attack.notes()).singleElement().asString().contains("not stored in the cache", "403");
        assertThat(other.notes()).singleElement().asString().contains("not stored in the cache", "403");
        assertThat(main.statuses()).contains("miss").doesNotContain("hit");
        assertThat(next.statuses()).containsOnly("hit");
        assertThat(again.statuses()).containsOnly("hit");
        assertThat(layers("main")).doesNotContainAnyElementsOf(ownLayers("pr-7")).doesNotContainAnyElementsOf(ownLayers("attack"));
        assertThat(layers("pr-8")).isEqualTo(layers("main"));
        assertThat(layers("again")).isEqualTo(layers("pr-7"));
    }

    private AgentBuild job(String ref, BuildContext context, String image, String... options) {
        TestedBuilder.BUILDKIT.forget(); // so that all that is known is what the registry knows
        Command build = AgentBuild.command("buildkit", context, registry.image(image), options);
        return AgentBuild.of(
                as(build, ClientUser.of(registry, "")).with("STRATA_ID_TOKEN", registry.idToken(ref)).run());
    }

    private List<String> layers(String tag) {
        return registry.manifest("built/web", tag).path("layers").valueStream()
                .map(layer -> layer.path("digest").asString(""))
                .toList();
    }

    /** Without the base's. */
    private List<String> ownLayers(String tag) {
        return layers(tag).subList(1, 2);
    }
}
