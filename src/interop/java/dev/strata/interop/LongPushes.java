package dev.strata.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Pushes that take longer than a token of {@link SignInRegistry} is good: a layer that needs that long, and behind it what
 * completes an image. All go on at the same time, beside other tests.
 *
 * <p>containerd is tested in BuildKit. Debian's own, 1.6, shows a token that is over twice, and may then wait for ever for the
 * end of the manifest that it has to send again.
 */
final class LongPushes implements AutoCloseable {

    /** A token's minute, with what is added for clocks that differ, and some. */
    static final Duration LEAST = Duration.ofSeconds(75);

    private static final int BYTES_PER_SECOND = 50_000;
    private static final int LAYER = BYTES_PER_SECOND * 85;

    private static final Map<SignedInClient, String> PUSHES = new EnumMap<>(Map.of(
            SignedInClient.DOCKER, "docker tag long-push $R/$T:1 && docker push $R/$T:1",
            SignedInClient.PODMAN, "podman load -i $IMAGE && podman push --tls-verify=false localhost/long-push $R/$T:1",
            SignedInClient.SKOPEO, "skopeo copy --dest-tls-verify=false docker-archive:$IMAGE docker://$R/$T:1",
            SignedInClient.CRANE, "crane push $IMAGE $R/$T:1",
            SignedInClient.ORAS, "cd $CONTEXT && oras push --plain-http $R/$T:1 layer",
            SignedInClient.BUILDKIT,
                    "buildctl build --frontend dockerfile.v0 --local context=$CONTEXT --local dockerfile=$CONTEXT"
                            + " --output type=image,name=$R/$T:1,push=true,registry.insecure=true"));

    private final SlowLink link;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<SignedInClient, Future<Ended>> running = new EnumMap<>(SignedInClient.class);

    /** How a push ended, and how long it took. */
    record Ended(Command.Output output, Duration time) {}

    private LongPushes(SlowLink link) {
        this.link = link;
    }

    static LongPushes start(SignInRegistry registry) throws IOException {
        LongPushes pushes = new LongPushes(new SlowLink(registry.strata().registry(), BYTES_PER_SECOND));
        Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "interop")), "long-").toAbsolutePath();
        Path context = Files.createDirectory(directory.resolve("context"));
        byte[] layer = new byte[LAYER];
        new Random().nextBytes(layer);
        Files.write(context.resolve("layer"), layer);
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY layer /\n");
        Docker.build(new BuildContext(context), "long-push");
        Docker.command("save", "--output", directory.resolve("image.tar").toString(), "long-push").run();
        PUSHES.forEach((client, script) -> {
            ClientUser ann = ClientUser.at(pushes.link.address(), "ann", SignInRegistry.password("ann"));
            Command push = ann.types(client.login() + " && " + script, "", repository(client))
                    .with("CONTEXT", context.toString())
                    .with("IMAGE", directory.resolve("image.tar").toString());
            pushes.running.put(client, pushes.executor.submit(() -> {
                long start = System.nanoTime();
                Command.Output output = push.attempt();
                return new Ended(output, Duration.ofNanos(System.nanoTime() - start));
            }));
        });
        return pushes;
    }

    static String repository(SignedInClient client) {
        return "team/long-" + client.name().toLowerCase(Locale.ROOT);
    }

    Ended ended(SignedInClient client) throws Exception {
        return running.get(client).get();
    }

    @Override
    public void close() {
        executor.shutdownNow();
        link.close();
    }
}
