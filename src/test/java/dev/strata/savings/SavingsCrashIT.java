package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.crash.KillableServer;
import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.RegistryCalls;
import dev.strata.model.Seed;
import dev.strata.oci.Digest;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The registry is killed while clients push, and the figures are those of what is there after the next start. */
class SavingsCrashIT {

    private static final int KILLS = Size.of("strata.crash.kills", 3, 20);
    private static final int CLIENTS = 4;
    private static final int MOST_PUSHES = 300;
    private static final List<String> REPOSITORIES = List.of("killed/a", "killed/b");

    private final Path data = OwnDataDirectory.create();

    @Test
    void theFiguresAreThoseOfWhatIsThereAfterEachKill() throws Exception {
        Seed.run(random -> {
            List<byte[]> shared = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                shared.add(bytes(random, 2_000));
            }
            KillableServer server = KillableServer.start(data);
            try {
                for (int kill = 0; kill < KILLS; kill++) {
                    pushUntilKilled(server, random, shared, kill);
                    server.close();
                    server = KillableServer.start(data);
                    compare(server.calls());
                }
            } finally {
                server.close();
            }
        });
    }

    private static void pushUntilKilled(KillableServer server, SplittableRandom random, List<byte[]> shared, int kill)
            throws InterruptedException, ExecutionException {
        CountDownLatch pushes = new CountDownLatch(1 + random.nextInt(MOST_PUSHES)); // until the kill
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> pushing = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                SplittableRandom own = random.split();
                String name = "k" + kill + "c" + client + "n";
                pushing.add(clients.submit(() -> push(server, own, shared, name, pushes)));
            }
            boolean pushed = pushes.await(2, TimeUnit.MINUTES);
            server.kill();
            for (Future<?> client : pushing) {
                client.get();
            }
            assertThat(pushed).as("as many pushes as were to come before the kill").isTrue();
        }
    }

    /** Images under tags of their own, so that every one that is there can be found again; most get a second tag. */
    private static void push(
            KillableServer server, SplittableRandom random, List<byte[]> shared, String name, CountDownLatch pushes) {
        RegistryCalls calls = server.calls();
        try {
            for (int n = 0; true; n++) {
                String repository = REPOSITORIES.get(random.nextInt(REPOSITORIES.size()));
                byte[] config = bytes(random, 200);
                byte[] layer = shared.get(random.nextInt(shared.size()));
                calls.pushBlob(repository, config);
                calls.pushBlob(repository, layer);
                ManifestText manifest = ManifestText.image(
                        ManifestText.Part.of(config),
                        List.of(ManifestText.Part.of(layer)),
                        ManifestText.Extras.annotated("name", name + n));
                calls.putManifest(repository, name + n, manifest);
                if (random.nextInt(3) > 0) {
                    calls.putManifest(repository, name + n + "-again", manifest);
                }
                if (random.nextInt(5) == 0) {
                    calls.delete("/v2/" + repository + "/manifests/" + manifest.digest());
                }
                pushes.countDown();
            }
        } catch (IOException e) {
            if (!server.isKilled()) {
                throw new AssertionError("A request got no answer, and the registry had not been killed", e);
            }
        }
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void compare(RegistryCalls calls) throws IOException {
        SlowCount count = new SlowCount();
        for (String repository : REPOSITORIES) {
            Answer tags = calls.get("/v2/" + repository + "/tags/list");
            if (tags.status() == 200) {
                for (JsonNode tag : tags.json().path("tags")) {
                    read(calls, repository, tag.stringValue(), count);
                }
            }
        }
        JsonNode figures;
        do {
            figures = calls.get("/api/savings").expect(200).json();
        } while (figures.path("pending").intValue() > 0);
        assertThat(figures.path("as_if_unshared").longValue()).isEqualTo(count.asIfUnshared());
        assertThat(figures.path("stored").longValue()).isEqualTo(count.size(count.inUse()));
        assertThat(figures.at("/saved/tags").longValue()).isEqualTo(count.savedByTags());
        assertThat(figures.at("/saved/total").longValue())
                .isEqualTo(count.asIfUnshared() - count.size(count.inUse()));
        assertThat(figures.at("/counts/images").longValue()).isEqualTo(count.images().size());
        assertThat(figures.at("/check/differences").longValue()).isZero();
    }

    private static void read(RegistryCalls calls, String repository, String tag, SlowCount count) throws IOException {
        Answer manifest = calls.get("/v2/" + repository + "/manifests/" + tag).expect(200);
        Digest digest = Digest.of(Digests.sha256(manifest.body()));
        List<Digest> references = new ArrayList<>();
        SlowCount.Repository into = count.into(repository);
        List<JsonNode> descriptors = new ArrayList<>(List.of(manifest.json().path("config")));
        manifest.json().path("layers").forEach(descriptors::add);
        for (JsonNode descriptor : descriptors) {
            Digest blob = Digest.of(descriptor.path("digest").stringValue());
            references.add(blob);
            into.blobs.put(blob, descriptor.path("size").longValue());
            count.stored.put(new SlowCount.Thing(false, blob), descriptor.path("size").longValue());
        }
        into.manifests.put(digest, new SlowCount.Manifest(digest, manifest.body().length, false, references));
        into.tags.put(tag, digest);
        count.stored.put(new SlowCount.Thing(true, digest), (long) manifest.body().length);
    }
}
