package dev.strata.upkeep.bin;

import static dev.strata.testing.RegistryClient.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.oci.Digest;
import dev.strata.problem.ErrorCode;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.CrashImage;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RunningRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a replay of the journal makes is what was there before the crash: also of deletions, and of what was taken back. */
class ReplayTest {

    private static final String[] SETTINGS = {"strata.access.admin-password=as long as it has to be"};
    private static final String[] ADMINISTRATOR = {
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString("admin:as long as it has to be".getBytes(UTF_8))
    };
    private static final int MOST_ATTEMPTS = 20;

    private final Path data = OwnDataDirectory.create();

    @Test
    void aCrashChangesNothing() {
        CrashImage behind;
        CrashImage ahead;
        Story story;
        int attempt = 0;
        try (RunningRegistry registry = RunningRegistry.start(data, SETTINGS)) {
            RegistryClient client = registry.client().with(ADMINISTRATOR);
            boolean isInJournal;
            do {
                story = new Story(client, "replay" + attempt);
                story.prepare();
                var journal = CrashImage.awaitCheckpoint(data);
                story.run();
                behind = CrashImage.of(data);
                isInJournal = behind.journal().equals(journal);
                attempt++;
            } while (!isInJournal && attempt < MOST_ATTEMPTS);
            assertThat(isInJournal).as("the machine is so slow that there is always a checkpoint meanwhile").isTrue();
            story.look();
            client.pushBlob("replay/more", Content.random(1, 10));
            CrashImage.awaitCheckpoint(data);
            ahead = CrashImage.of(data).withJournalOf(behind);
        }
        for (CrashImage image : List.of(behind, ahead)) {
            try (RunningRegistry again = RunningRegistry.start(image.data(), SETTINGS)) {
                story.verify(again.client().with(ADMINISTRATOR));
            }
        }
    }

    /** What is there before the last checkpoint, what is done after it, and what must be so after the crash. */
    private static final class Story {

        private final RegistryClient registry;
        private final String name;
        private final ManifestJson subject;
        private final ManifestJson tagged;
        private final ManifestJson untagged;
        private final ManifestJson late;
        private final ManifestJson child;
        private final ManifestJson index;
        private final ManifestJson back;
        private final ManifestJson gone;
        private final Map<String, JsonNode> seen = new TreeMap<>();
        private Instant end = Instant.MAX;

        Story(RegistryClient registry, String name) {
            this.registry = registry;
            this.name = name;
            this.subject = image("subject", 1);
            this.tagged = image("subject", 2).subject(subject.digest());
            this.untagged = image("subject", 3).subject(subject.digest());
            this.late = image("subject", 4).subject(subject.digest());
            this.child = image("index", 5);
            this.index = ManifestJson.index(child.descriptor());
            this.back = image("back", 6);
            this.gone = image("gone", 7);
        }

        private ManifestJson image(String repository, int seed) {
            return registry.pushBlobsOf(name + "/" + repository, seed);
        }

        void prepare() {
            registry.pushManifest(name + "/subject", "1", subject);
            registry.pushManifest(name + "/subject", "sbom", tagged);
            registry.pushManifest(name + "/subject", untagged.digest(), untagged);
            registry.pushManifest(name + "/subject", "other", image("subject", 8));
            registry.pushManifest(name + "/index", child.digest(), child);
            registry.pushManifest(name + "/index", "multi", index);
            registry.pushManifest(name + "/gone", "1", gone);
            registry.delete(manifest(name + "/gone", gone.digest()));
        }

        void run() {
            assertThat(registry.post("/api/upkeep/empty")).hasStatus(200);
            registry.delete(manifest(name + "/subject", subject.digest()));
            registry.pushManifest(name + "/subject", "sbom", image("subject", 8));
            registry.pushManifest(name + "/subject", late.digest(), late);
            registry.delete(manifest(name + "/index", index.digest()));
            registry.pushManifest(name + "/back", "1", back);
            registry.delete(manifest(name + "/back", back.digest()));
            assertThat(restore("back")).hasStatus(200);
            end = Instant.now();
            registry.post("/v2/" + name + "/mounted/blobs/uploads/?mount=" + layerOf(back) + "&from=" + name + "/back");
        }

        private static Digest layerOf(ManifestJson image) {
            return Digest.of(image.json().at("/layers/0/digest").stringValue());
        }

        private Answer restore(String repository) {
            return registry.post("/api/upkeep/deletions/"
                    + waiting(registry, repository).getFirst().path("deletion").stringValue() + "/restore");
        }

        /** Remembers what the registry says of it all. */
        void look() {
            seen.putAll(told(registry));
            assertThat(seen.get("history multi").at("/0/ended_by").stringValue()).isEqualTo("account:admin");
        }

        private Map<String, JsonNode> told(RegistryClient client) {
            await("the figures").until(() ->
                    client.get("/api/savings").json().path("pending").intValue() == 0);
            JsonNode figures = client.get("/api/savings").json();
            Map<String, JsonNode> told = new TreeMap<>();
            told.put("history multi", history(client, "index", "multi"));
            told.put("history sbom", history(client, "subject", "sbom"));
            told.put("history back", history(client, "back", "1"));
            told.put("stored", figures.path("stored"));
            for (String repository : List.of("subject", "index", "back", "gone")) {
                waiting(client, repository)
                        .forEach(item -> told.put("waiting " + item.path("digest").stringValue(), item));
            }
            return told;
        }

        private JsonNode history(RegistryClient client, String repository, String tag) {
            return client.get("/api/repositories/" + name + "/" + repository + "/tags/" + tag + "/history")
                    .json()
                    .path("history");
        }

        private List<JsonNode> waiting(RegistryClient client, String repository) {
            List<JsonNode> items = new ArrayList<>();
            client.get("/api/upkeep/waiting?n=200").json().path("waiting").forEach(item -> {
                if (item.path("repository").stringValue().equals(name + "/" + repository)) {
                    items.add(item);
                }
            });
            return items;
        }

        void verify(RegistryClient again) {
            assertThat(told(again)).containsExactlyInAnyOrderEntriesOf(seen);
            assertThat(again.getManifest(name + "/subject", tagged.digest()))
                    .as("it had a tag when its subject was deleted")
                    .hasStatus(200);
            assertThat(again.getManifest(name + "/subject", late.digest()))
                    .as("it came after its subject was deleted")
                    .hasStatus(200);
            assertThat(again.getManifest(name + "/subject", untagged.digest())).isError(404, ErrorCode.MANIFEST_UNKNOWN);
            assertThat(again.getManifest(name + "/back", "1")).hasBody(back.bytes());

            List<JsonNode> deleted = waiting(again, "index");
            assertThat(deleted).hasSize(2);
            String deletion = deleted.getFirst().path("deletion").stringValue();
            assertThat(deleted.getLast().path("deletion").stringValue()).isEqualTo(deletion);
            assertThat(again.post("/api/upkeep/deletions/" + deletion + "/restore").json().path("restored").intValue())
                    .isEqualTo(2);
            assertThat(again.getManifest(name + "/index", "multi")).hasBody(index.bytes());
            assertThat(again.getManifest(name + "/index", child.digest())).hasBody(child.bytes());

            again.pushManifest(name + "/back", "1", again.pushBlobsOf(name + "/back", 9));
            assertThat(Instant.parse(history(again, "back", "1").at("/0/set_at").stringValue()))
                    .as("when the tag was set, before the crash")
                    .isBefore(end);
        }
    }
}
