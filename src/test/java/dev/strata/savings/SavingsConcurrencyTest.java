package dev.strata.savings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Seed;
import dev.strata.oci.Digest;
import dev.strata.savings.check.Recount;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Many clients who change the same few repositories at once. */
@RegistryTest
class SavingsConcurrencyTest {

    private static final int CLIENTS = 16;
    private static final int CHANGES = 60;
    private static final List<String> REPOSITORIES = List.of("crowd/a", "crowd/b");
    private static final List<String> TAGS = List.of("1", "2", "3");

    @Autowired
    RegistryClient registry;

    @Autowired
    Recount recount;

    @Test
    void theFiguresAreExactAfterwards() throws Exception {
        Seed.run(random -> {
            Api api = new Api(registry);
            api.get("");
            long before = api.get("").at("/check/differences").longValue();
            List<byte[]> blobs = new ArrayList<>();
            List<ManifestJson> manifests = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                blobs.add(Content.random(random.nextLong(), 100 + i));
            }
            for (int i = 0; i < 8; i++) {
                manifests.add(ManifestJson.image(blobs.get(i % 3), blobs.get(3 + i % 3), blobs.get(i % 6)).annotation("n", "" + i));
            }
            manifests.add(ManifestJson.index(manifests.get(0).descriptor(), manifests.get(1).descriptor()));
            manifests.add(ManifestJson.index(manifests.get(1).descriptor(), manifests.get(2).descriptor()));
            try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
                List<Future<?>> running = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    SplittableRandom own = random.split();
                    running.add(clients.submit(() -> change(own, blobs, manifests)));
                }
                for (Future<?> one : running) {
                    one.get();
                }
            }
            api.get("");
            WholeRecount.by(recount);
            JsonNode now = api.get("");
            assertThat(now.at("/check/differences").longValue()).isEqualTo(before);
            assertThat(now.path("as_if_unshared").longValue())
                    .isEqualTo(now.path("stored").longValue() + now.at("/saved/total").longValue());
        });
    }

    private void change(SplittableRandom random, List<byte[]> blobs, List<ManifestJson> manifests) {
        for (int i = 0; i < CHANGES; i++) {
            String repository = any(random, REPOSITORIES);
            byte[] blob = any(random, blobs);
            ManifestJson manifest = any(random, manifests);
            Digest digest = Content.sha256(blob);
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> registry.pushBlob(repository, blob);
                case 3 -> registry.post("/v2/" + repository + "/blobs/uploads/?mount=" + digest);
                case 4 -> registry.delete(RegistryClient.blob(repository, digest));
                case 5 -> registry.delete(RegistryClient.manifest(repository, manifest.digest()));
                case 6 -> registry.delete(RegistryClient.manifest(repository, any(random, TAGS)));
                default -> registry.putManifest(repository, any(random, TAGS), manifest.mediaType(), manifest.bytes());
            }
        }
    }

    private static <T> T any(SplittableRandom random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
