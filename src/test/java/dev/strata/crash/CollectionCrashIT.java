package dev.strata.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.RegistryCalls;
import dev.strata.model.Seed;
import dev.strata.testing.Content;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The registry is killed while it collects what clients delete, whatever the step: nothing that is acknowledged is gone after
 * the next start, and in the end everything else is.
 */
class CollectionCrashIT {

    private static final int KILLS = Size.of("strata.crash.kills", 3, 30);
    private static final int CLIENTS = 3;
    /** So short that collection goes on all the time. */
    private static final String[] SETTINGS = {"strata.upkeep.grace=1s", "strata.upkeep.undo=1s"};

    private final Path data = OwnDataDirectory.create();

    /** What it keeps in a repository of its own, by digest; a push or deletion that got no answer may have happened or not. */
    private static final class Keeper {

        private final String repository;
        private final SplittableRandom random;
        private final List<byte[]> shared;
        private final Map<String, Kept> acknowledged = new LinkedHashMap<>();
        private final Map<String, Kept> doubtful = new LinkedHashMap<>();
        private int marks;

        private record Kept(ManifestText manifest, List<byte[]> blobs) {}

        Keeper(int number, SplittableRandom random, List<byte[]> shared) {
            this.repository = "collected/" + number;
            this.random = random;
            this.shared = shared;
        }

        void work(KillableServer server) {
            try {
                while (true) {
                    step(server.calls());
                }
            } catch (IOException e) {
                if (!server.isKilled()) {
                    throw new AssertionError("A request got no answer, and the registry had not been killed", e);
                }
            }
        }

        private void step(RegistryCalls calls) throws IOException {
            if (random.nextInt(3) == 0 && !acknowledged.isEmpty()) {
                String digest = List.copyOf(acknowledged.keySet()).get(random.nextInt(acknowledged.size()));
                doubtful.put(digest, acknowledged.remove(digest));
                calls.delete("/v2/" + repository + "/manifests/" + digest).expect(202);
                doubtful.remove(digest);
                return;
            }
            List<byte[]> blobs = List.of(
                    Content.random(random.nextLong(), 200),
                    shared.get(random.nextInt(shared.size())),
                    shared.get(random.nextInt(shared.size())));
            for (byte[] content : blobs) {
                if (calls.head(path(content)).expect(200, 404).status() == 404) {
                    calls.pushBlob(repository, content).expect(201);
                }
            }
            ManifestText manifest = ManifestText.image(
                    ManifestText.Part.of(blobs.getFirst()),
                    blobs.stream().skip(1).map(ManifestText.Part::of).toList(),
                    ManifestText.Extras.annotated("mark", repository + marks++));
            Kept kept = new Kept(manifest, blobs);
            doubtful.put(manifest.digest(), kept);
            Answer answer = calls.putManifest(repository, manifest.digest(), manifest).expect(201, 400); // it took too long
            doubtful.remove(manifest.digest());
            if (answer.status() == 201) {
                acknowledged.put(manifest.digest(), kept);
            }
        }

        private String path(byte[] content) {
            return "/v2/" + repository + "/blobs/" + Digests.sha256(content);
        }

        /** Finds out what became of what got no answer, and pulls all that there is. */
        void verify(RegistryCalls calls) throws IOException {
            for (Map.Entry<String, Kept> doubt : doubtful.entrySet()) {
                if (calls.get("/v2/" + repository + "/manifests/" + doubt.getKey()).expect(200, 404).status() == 200) {
                    acknowledged.put(doubt.getKey(), doubt.getValue());
                }
            }
            doubtful.clear();
            for (Map.Entry<String, Kept> kept : acknowledged.entrySet()) {
                assertThat(calls.get("/v2/" + repository + "/manifests/" + kept.getKey()).expect(200).body())
                        .isEqualTo(kept.getValue().manifest().content());
                for (byte[] content : kept.getValue().blobs()) {
                    assertThat(calls.get(path(content)).expect(200).body()).isEqualTo(content);
                }
            }
        }

        Stream<String> named() {
            return acknowledged.values().stream()
                    .flatMap(kept -> kept.blobs().stream())
                    .map(content -> Digests.sha256(content).substring("sha256:".length()));
        }
    }

    @Test
    void whatIsHeldOutlivesEveryKillAndTheRestGoes() throws Exception {
        Seed.run(random -> {
            List<byte[]> shared = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                shared.add(Content.random(random.nextLong(), 2_000));
            }
            List<Keeper> keepers = IntStream.range(0, CLIENTS)
                    .mapToObj(number -> new Keeper(number, random.split(), shared))
                    .toList();
            for (int kill = 0; kill < KILLS; kill++) {
                try (KillableServer server = KillableServer.start(data, SETTINGS)) {
                    verify(keepers, server);
                    workUntilKilled(keepers, server, random);
                }
                if (random.nextInt(3) == 0) { // and the start, at any moment of it
                    try (KillableServer server = KillableServer.launch(data, SETTINGS)) {
                        Thread.sleep(random.nextInt(3_000));
                        server.kill();
                    }
                }
            }
            try (KillableServer server = KillableServer.start(data, SETTINGS)) {
                verify(keepers, server);
                requireThatTheRestGoes(keepers, server);
            }
        });
    }

    private static void verify(List<Keeper> keepers, KillableServer server) throws IOException {
        for (Keeper keeper : keepers) {
            keeper.verify(server.calls());
        }
        assertThat(server.log()).as("what the registry printed since its start").doesNotContain(" ERROR ");
    }

    private static void workUntilKilled(List<Keeper> keepers, KillableServer server, SplittableRandom random)
            throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> work = new ArrayList<>();
            keepers.forEach(keeper -> work.add(threads.submit(() -> keeper.work(server))));
            Thread.sleep(2_000 + random.nextInt(4_000)); // until collection is under way, at any step of it
            server.kill();
            for (Future<?> client : work) {
                client.get();
            }
        }
        assertThat(server.log()).as("what the registry printed before the kill").doesNotContain(" ERROR ");
    }

    /** Every file is one that a manifest names, every such file is there, and the figures say the same. */
    private void requireThatTheRestGoes(List<Keeper> keepers, KillableServer server) {
        Set<String> named = new TreeSet<>();
        keepers.forEach(keeper -> keeper.named().forEach(named::add));
        await("the collection").atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            assertThat(files()).isEqualTo(named);
            JsonNode figures = server.calls().get("/api/savings").expect(200).json();
            assertThat(figures.path("set_aside").intValue()).isZero();
            assertThat(figures.at("/waiting/total").longValue()).as("%s", figures).isZero();
        });
    }

    private Set<String> files() throws IOException {
        Set<String> names = new HashSet<>();
        try (Stream<Path> files = Files.walk(data.resolve("blobs"))) {
            files.filter(Files::isRegularFile).forEach(file -> names.add(file.getFileName().toString()));
        }
        return new TreeSet<>(names);
    }
}
