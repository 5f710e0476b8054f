package dev.strata.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many push the same things at once. */
class PushConcurrencyTest extends ConcurrencyTestCase {

    @Test
    void sameBlobInTheSameNewRepository() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < ROUNDS; round++) {
                String repository = "same-blob/round-" + round;
                byte[] content = bytes(random, round % 2 == 0 ? 300 : 700_000);

                Crowd.run(CLIENTS, client -> push(client, repository, content));

                assertThat(pull(repository, Digests.sha256(content)).expect(200).body()).isEqualTo(content);
            }
        });
    }

    @Test
    void sameBlobInManyNewRepositories() throws Exception {
        Seed.run(random -> {
            byte[] content = bytes(random, 5_000);
            String digest = Digests.sha256(content);

            Crowd.run(CLIENTS, client -> push(client, "spread/client-" + client, content));
            Crowd.run(CLIENTS, client -> calls()
                    .post("/v2/spread/mounted-" + client % 3 + "/blobs/uploads/?from=spread/client-" + client
                            + "&mount=" + digest)
                    .expect(201));

            for (int client = 0; client < CLIENTS; client++) {
                assertThat(pull("spread/client-" + client, digest).expect(200).body()).isEqualTo(content);
                pull("spread/mounted-" + client % 3, digest).expect(200);
            }
            assertThat(repositories("spread")).hasSize(CLIENTS + 3).doesNotHaveDuplicates();
        });
    }

    @Test
    void differentBlobsInTheSameNewRepository() throws Exception {
        Seed.run(random -> {
            List<byte[]> contents =
                    Stream.generate(() -> bytes(random, 2_000)).limit(CLIENTS).toList();

            Crowd.run(CLIENTS, client -> push(client, "new/together", contents.get(client)));

            for (byte[] content : contents) {
                assertThat(pull("new/together", Digests.sha256(content)).expect(200).body()).isEqualTo(content);
            }
            assertThat(repositories("new")).containsExactly("new/together");
        });
    }

    @Test
    void sameManifestUnderItsOwnTagOfEachClient() throws Exception {
        Seed.run(random -> {
            String repository = "same-manifest/new";
            ManifestText manifest = image(repository, bytes(random, 100), Extras.NONE);
            Set<String> tags = Collections.newSetFromMap(new ConcurrentHashMap<>());

            Crowd.run(CLIENTS, client -> {
                for (int i = 0; i < ROUNDS; i++) {
                    Set<String> before = Set.copyOf(tags);
                    requireSortedWith(before, repository);
                    calls().putManifest(repository, "client-" + client + "-" + i, manifest).expect(201);
                    tags.add("client-" + client + "-" + i);
                }
                return client;
            });

            assertThat(tagsOf(repository)).containsExactlyElementsOf(new TreeSet<>(tags));
            assertThat(manifest(repository, manifest.digest()).expect(200).body()).isEqualTo(manifest.content());
        });
    }

    /** A list that is read while it changes has every tag that was there before it was asked for. */
    private void requireSortedWith(Set<String> before, String repository) throws IOException {
        Answer answer = calls().get("/v2/" + repository + "/tags/list").expect(200);
        List<String> tags = strings(answer, "tags");
        assertThat(tags).isSorted().doesNotHaveDuplicates().containsAll(before);
    }

    @Test
    void sameTagPointsAtTheLastManifestOfSomeClient() throws Exception {
        Seed.run(random -> {
            String repository = "same-tag/moved";
            byte[] config = bytes(random, 100);
            calls().pushBlob(repository, config).expect(201);

            List<ManifestText> last = Crowd.run(CLIENTS, client -> {
                ManifestText manifest = text(config, "none");
                for (int i = 0; i < ROUNDS; i++) {
                    manifest = text(config, client + "-" + i);
                    calls().putManifest(repository, "latest", manifest).expect(201);
                }
                return manifest;
            });

            String pointsAt = Digests.sha256(manifest(repository, "latest").expect(200).body());
            assertThat(pointsAt).isIn(last.stream().map(ManifestText::digest).toList());
            assertThat(tagsOf(repository)).containsExactly("latest");
            for (int client = 0; client < CLIENTS; client++) {
                manifest(repository, text(config, client + "-0").digest()).expect(200);
            }
        });
    }

    @Test
    void everyReferrerIsListedOnce() throws Exception {
        Seed.run(random -> {
            String repository = "referrers/together";
            byte[] config = bytes(random, 100);
            calls().pushBlob(repository, config).expect(201);
            Part subject = text(config, "subject").part();

            List<ManifestText> pushed = Crowd.run(CLIENTS, client -> {
                // Two clients push the same one.
                ManifestText referrer = ManifestText.image(
                        Part.of(config), List.of(), Extras.annotated("number", "" + client / 2).about(subject));
                calls().putManifest(repository, referrer.digest(), referrer).expect(201);
                return referrer;
            });

            Answer answer = calls().get("/v2/" + repository + "/referrers/" + subject.digest()).expect(200);
            List<String> listed = new ArrayList<>();
            answer.json().get("manifests").forEach(entry -> listed.add(entry.get("digest").asString()));
            assertThat(listed)
                    .containsExactlyInAnyOrderElementsOf(
                            pushed.stream().map(ManifestText::digest).distinct().toList());
        });
    }

    /** In one of the ways to push, by turns. */
    private Answer push(int way, String repository, byte[] content) throws IOException {
        return switch (way % 3) {
            case 0 -> calls().pushBlob(repository, content).expect(201);
            case 1 -> {
                String upload = calls().startUpload(repository);
                yield calls().send("PUT", withDigest(upload, content), BodyPublishers.ofByteArray(content))
                        .expect(201);
            }
            default -> {
                String upload = calls().startUpload(repository);
                calls().send("PATCH", upload, RegistryCalls.streamed(content)).expect(202);
                yield calls().send("PUT", withDigest(upload, content), BodyPublishers.noBody())
                        .expect(201);
            }
        };
    }

    private ManifestText image(String repository, byte[] config, Extras extras) throws IOException {
        calls().pushBlob(repository, config).expect(201);
        return ManifestText.image(Part.of(config), List.of(), extras);
    }

    private List<String> repositories(String prefix) throws IOException {
        return strings(calls().get("/v2/_catalog?n=1000&last=" + prefix).expect(200), "repositories").stream()
                .filter(name -> name.startsWith(prefix + "/"))
                .toList();
    }
}
