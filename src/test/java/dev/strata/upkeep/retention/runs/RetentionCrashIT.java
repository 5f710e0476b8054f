package dev.strata.upkeep.retention.runs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.strata.crash.KillableServer;
import dev.strata.model.Seed;
import dev.strata.oci.Digest;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.Size;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The registry is killed while it makes a plan of retention, while it does what that says, and while it takes it back. Each
 * time the next start goes on with it, and in the end it is as if nothing had happened.
 */
class RetentionCrashIT {

    private static final int KILLS = Size.of("strata.retention.kills", 1, 20);
    private static final int IMAGES = 60;
    private static final int LONGEST_MILLIS = 1_500;
    private static final String REPOSITORY = "crash/retained";
    private static final String PATH = "/api/upkeep/retention";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path data = OwnDataDirectory.create();
    private final List<Image> images = new ArrayList<>();
    private KillableServer server;
    private RegistryClient client;

    /** An index of two images, of which one is signed. */
    private record Image(String tag, List<Object> references, List<Digest> blobs) {

        boolean goes() {
            return tag.startsWith("old-");
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void plansRunsAndWhatIsTakenBackOutliveEveryKill() throws Exception {
        start();
        Seed.run(random -> {
            for (int i = 0; i < IMAGES; i++) {
                images.add(push(i % 3 == 0 ? "keep-" + i : "old-" + i, 10 * i));
            }
            send("PUT", PATH + "/rules/old", "{'on':'crash/**','remove':[{'tags':'old-*','older-than':'0s'}]}", 200);

            String plan = send("POST", PATH + "/preview", "{'cap':100}", 202).path("id").stringValue();
            killAgainAndAgain(random);
            awaitState(plan, "ready");
            JsonNode totals = plan(plan).path("totals");
            assertThat(totals.path("remove").longValue()).isEqualTo(images.stream().filter(Image::goes).count());

            send("POST", PATH + "/plans/" + plan + "/run", "", 202);
            killAgainAndAgain(random);
            awaitState(plan, "done");
            JsonNode run = plan(plan).path("run");
            assertThat(run.path("removed")).as("%s", run).isEqualTo(totals.path("remove"));
            assertThat(run.path("stayed").intValue()).as("%s", run).isZero();
            assertThat(run.path("bytes")).as("%s", run).isEqualTo(totals.path("bytes"));
            // What goes along with an image may be left to the background by a kill.
            await("the rest").atMost(PATIENCE).untilAsserted(() -> images.forEach(image -> assertThere(image, !image.goes())));

            send("POST", PATH + "/runs/" + plan + "/undo", "", 202);
            killAgainAndAgain(random);
            awaitState(plan, "restored");
            JsonNode undone = plan(plan).path("run");
            assertThat(undone.path("restored")).as("%s", undone).isEqualTo(totals.path("remove"));
            assertThat(undone.path("not_restored").intValue()).as("%s", undone).isZero();
            images.forEach(image -> assertThere(image, true));
        });
    }

    private void start() throws IOException {
        server = KillableServer.start(data, "strata.upkeep.retention-every=0");
        client = new RegistryClient(server.port());
    }

    private void killAgainAndAgain(SplittableRandom random) throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            Thread.sleep(random.nextInt(LONGEST_MILLIS)); // a kill at a chance moment, which no condition can name
            server.close();
            assertThat(server.log()).as("what the registry printed before the kill").doesNotContain(" ERROR ");
            start();
            assertThat(server.log()).as("what the registry printed since its start").doesNotContain(" ERROR ");
        }
    }

    private Image push(String tag, int seed) {
        ManifestJson one = client.pushBlobsOf(REPOSITORY, 90_000 + seed);
        ManifestJson other = client.pushBlobsOf(REPOSITORY, 90_002 + seed);
        ManifestJson about = client.pushBlobsOf(REPOSITORY, 90_004 + seed).subject(one.digest());
        ManifestJson signature = client.pushBlobsOf(REPOSITORY, 90_006 + seed);
        String attached = "sha256-" + other.digest().hex() + ".sig";
        for (ManifestJson part : List.of(one, other, about)) {
            client.pushManifest(REPOSITORY, part.digest(), part);
        }
        client.pushManifest(REPOSITORY, attached, signature);
        Digest index = client.pushManifest(
                REPOSITORY, tag, ManifestJson.index(one.descriptor(), other.descriptor()).annotation("n", tag));
        List<Object> references = List.of(tag, index, one.digest(), other.digest(), about.digest(), attached);
        List<Digest> blobs = new ArrayList<>();
        one.json().path("layers").forEach(layer -> blobs.add(Digest.of(layer.path("digest").stringValue())));
        return new Image(tag, references, blobs);
    }

    private void assertThere(Image image, boolean isThere) {
        for (Object reference : image.references()) {
            assertThat(client.head("/v2/" + REPOSITORY + "/manifests/" + reference).status())
                    .as("%s of %s", reference, image.tag())
                    .isEqualTo(isThere ? 200 : 404);
        }
        if (isThere) {
            for (Digest digest : image.blobs()) {
                assertThat(Content.sha256(client.getBlob(REPOSITORY, digest).body())).isEqualTo(digest);
            }
        }
    }

    private JsonNode send(String method, String path, String body, int status) {
        Answer answer = client.send(
                method,
                path,
                BodyPublishers.ofByteArray(body.replace('\'', '"').getBytes(UTF_8)),
                "Content-Type",
                "application/json");
        assertThat(answer).hasStatus(status);
        return answer.json();
    }

    private JsonNode plan(String id) {
        return client.get(PATH + "/plans/" + id + "?n=1").json();
    }

    private void awaitState(String id, String state) {
        await("the plan").atMost(PATIENCE).until(() -> plan(id).path("state").stringValue("").equals(state));
    }
}
