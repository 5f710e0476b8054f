package dev.strata.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import dev.strata.testing.FreePort;
import dev.strata.testing.Size;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** The image that the Dockerfile makes, run as an operator would: nothing to write but the volume and /tmp. */
class ContainerImageTest {

    private static final String BASE = "strata-java:interop";
    private static final String IMAGE = "strata:interop";
    private static final String VOLUME = "strata-interop-data";
    private static final int STOP_SECONDS = 10;

    @BeforeAll
    static void build() {
        Docker.command("import")
                .and("--change", "ENV JAVA_HOME=/opt/java/openjdk")
                .and("--change", "ENV PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
                .and("--change", "ENV LANG=C.UTF-8")
                .and(DebianImage.javaFileSystem().toString(), BASE)
                .run();
        Docker.command("build", "--network", "host", "--build-arg", "BASE=" + BASE)
                .and("--build-arg", "ROUNDS=" + Size.of("strata.interop.rounds", 20, 400), "--tag", IMAGE, ".")
                .with("DOCKER_BUILDKIT", "1")
                .run();
    }

    @AfterAll
    static void removeVolume() {
        Docker.command("volume", "rm", "--force", VOLUME).run();
    }

    @Test
    void servesOnAReadOnlyFileSystemAsAnOrdinaryUserAndKeepsItsData() throws IOException, InterruptedException {
        DebianImage pushed;
        try (Container container = start()) {
            assertThat(container.strata().execInContainer("id", "-u").getStdout().strip()).isNotEqualTo("0");
            assertThat(container.strata().execInContainer("touch", "/written").getExitCode()).isNotZero();
            pushed = DebianImage.pushedTo(container.registry());
        }

        try (Container container = start()) {
            String image = container.registry().image(DebianImage.REPOSITORY + "@" + pushed.digest());
            assertThat(container.registry().digest(DebianImage.REPOSITORY, "12")).isEqualTo(pushed.digest());
            assertThat(Command.of("crane", "validate", "--insecure", "--remote", image).run().all()).contains("PASS");
        }
    }

    @Test
    void stopsInTimeWhenItIsAskedTo() throws IOException {
        try (Container container = start()) {
            DockerClient docker = DockerClientFactory.instance().client();
            String id = container.strata().getContainerId();

            docker.stopContainerCmd(id).withTimeout(STOP_SECONDS).exec();

            ContainerState state = docker.inspectContainerCmd(id).exec().getState();
            assertThat(state.getRunning()).isFalse();
            // 137 would be the engine's patience at its end.
            assertThat(state.getExitCodeLong()).as(container.strata().getLogs()).isIn(0L, 143L);
        }
    }

    private static Container start() throws IOException {
        int port = FreePort.next();
        @SuppressWarnings("resource") // closed by Container
        GenericContainer<?> strata = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withNetworkMode("host")
                .withEnv("SERVER_ADDRESS", "127.0.0.1")
                .withEnv("SERVER_PORT", String.valueOf(port))
                .withTmpFs(Map.of("/tmp", "rw"))
                .withCreateContainerCmdModifier(create -> Objects.requireNonNull(create.getHostConfig())
                        .withReadonlyRootfs(true)
                        .withBinds(new Bind(VOLUME, new Volume(dataDirectory()))));
        strata.start();
        Container container = new Container(strata, new Registry("127.0.0.1:" + port));
        await("Strata's start in a container").until(container::answersOrHasEnded);
        return container;
    }

    /** The one place that the image declares as a volume. */
    private static String dataDirectory() {
        InspectImageResponse image = DockerClientFactory.instance().client().inspectImageCmd(IMAGE).exec();
        Set<String> volumes = Objects.requireNonNull(image.getConfig()).getVolumes().keySet();
        assertThat(volumes).as("volumes that the image declares").hasSize(1);
        return volumes.iterator().next();
    }

    private record Container(GenericContainer<?> strata, Registry registry) implements AutoCloseable {

        boolean answersOrHasEnded() {
            if (!strata.isRunning()) {
                throw new AssertionError("the container has ended:\n" + strata.getLogs());
            }
            return registry.isReady();
        }

        @Override
        public void close() {
            strata.stop();
        }
    }
}
