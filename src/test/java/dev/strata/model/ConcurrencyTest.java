package dev.strata.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.History.Answered;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Many clients at the same few objects. No answer says that the server failed, and every answer is one that some order
 * of the requests explains.
 */
class ConcurrencyTest extends RegistryTestCase {

    private static final int CLIENTS = 24;
    private static final int ROUNDS = 4;

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
            assertThat(repositories("spread/")).hasSize(CLIENTS + 3).doesNotHaveDuplicates();
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
            assertThat(repositories("new/")).containsExactly("new/together");
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

    @Test
    void oneOfManyClosesAnUpload() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < ROUNDS; round++) {
                String repository = "one-upload/closed-" + round;
                byte[] content = bytes(random, 400_000);
                boolean sentBefore = round % 2 == 0;
                String upload = calls().startUpload(repository);
                if (sentBefore) {
                    calls().send("PATCH", upload, RegistryCalls.streamed(content)).expect(202);
                }
                byte[] rest = sentBefore ? new byte[0] : content;

                List<Answer> answers = Crowd.run(CLIENTS, client -> calls()
                        .send("PUT", withDigest(upload, content), BodyPublishers.ofByteArray(rest))
                        .expect(201, 404, 409));

                assertThat(answers.stream().filter(answer -> answer.status() == 201)).as("closed").hasSize(1);
                assertThat(pull(repository, Digests.sha256(content)).expect(200).body()).isEqualTo(content);
                calls().get(upload).expect(404);
            }
        });
    }

    @Test
    void chunksOfManyAreTakenOnceEachAndInOrder() throws Exception {
        Seed.run(random -> {
            String repository = "one-upload/chunks";
            byte[] content = bytes(random, CLIENTS * 20_000);
            String upload = calls().startUpload(repository);
            AtomicInteger taken = new AtomicInteger();

            // Everyone sends every chunk, until the server says that it has it.
            Crowd.run(CLIENTS / 4, client -> {
                int stands = 0;
                while (stands < content.length) {
                    byte[] chunk = Arrays.copyOfRange(content, stands, stands + 20_000);
                    Answer answer = calls().send(
                            "PATCH",
                            upload,
                            BodyPublishers.ofByteArray(chunk),
                            "Content-Range",
                            stands + "-" + (stands + chunk.length - 1));
                    if (answer.expect(202, 409, 416).status() == 202) {
                        taken.incrementAndGet();
                    }
                    stands = stands(calls().get(upload).expect(204));
                }
                return client;
            });

            assertThat(taken).as("chunks that were taken").hasValue(CLIENTS);
            calls().send("PUT", withDigest(upload, content), BodyPublishers.noBody()).expect(201);
            assertThat(pull(repository, Digests.sha256(content)).expect(200).body()).isEqualTo(content);
        });
    }

    @Test
    void uploadIsClosedOrCancelledButNotBoth() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < 3 * ROUNDS; round++) {
                String repository = "one-upload/cancelled-" + round;
                byte[] content = bytes(random, 1_000);
                String upload = calls().startUpload(repository);
                calls().send("PATCH", upload, RegistryCalls.streamed(content)).expect(202);

                List<Answer> answers = Crowd.run(4, client -> client % 2 == 0
                        ? calls().delete(upload).expect(204, 404, 409)
                        : calls().send("PUT", withDigest(upload, content), BodyPublishers.noBody())
                                .expect(201, 404, 409));

                List<Integer> won = answers.stream().map(Answer::status).filter(status -> status < 300).toList();
                assertThat(won).as("of %s", answers).hasSize(1);
                pull(repository, Digests.sha256(content)).expect(won.getFirst() == 201 ? 200 : 404);
                calls().get(upload).expect(404);
            }
        });
    }

    @Test
    void blobThatIsPushedAndDeletedAtOnce() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < 3 * ROUNDS; round++) {
                String repository = "push-and-delete/blob-" + round;
                byte[] content = bytes(random, 3_000);
                String path = "/v2/" + repository + "/blobs/" + Digests.sha256(content);
                calls().pushBlob(repository, bytes(random, 10)).expect(201);
                calls().pushBlob("push-and-delete/source", content).expect(201);
                SplittableRandom choices = random.split();
                List<SplittableRandom> each = Stream.generate(choices::split).limit(8).toList();
                History<Boolean> history = new History<>();

                Crowd.run(8, client -> {
                    for (int i = 0; i < 5; i++) {
                        noteBlobRequest(history, each.get(client).nextInt(6), repository, content, path);
                    }
                    return client;
                });

                history.requireExplainable(false);
            }
        });
    }

    private void noteBlobRequest(
            History<Boolean> history, int choice, String repository, byte[] content, String path) throws Exception {
        switch (choice) {
            case 0 -> history.note("push", () -> isThere(calls().pushBlob(repository, content).expect(201)));
            case 1 -> {
                String upload = calls().startUpload(repository);
                history.note("push by session", () -> isThere(calls()
                        .send("PUT", withDigest(upload, content), BodyPublishers.ofByteArray(content))
                        .expect(201)));
            }
            case 2 -> history.note("mount", () -> isThere(calls()
                    .post("/v2/" + repository + "/blobs/uploads/?from=push-and-delete/source&mount="
                            + Digests.sha256(content))
                    .expect(201)));
            case 3, 4 -> history.note("delete", () -> {
                boolean done = calls().delete(path).expect(202, 404).status() == 202;
                return Answered.deletes(done, there -> there, there -> false);
            });
            default -> history.note("pull", () -> {
                boolean found = calls().get(path).expect(200, 404).status() == 200;
                return Answered.observes(found, there -> there == found);
            });
        }
    }

    private static Answered<Boolean> isThere(Answer answer) {
        return Answered.changes(before -> answer.status() == 201);
    }

    /** What two manifests and one tag of a repository can be. */
    private record Tagged(Set<String> manifests, Optional<String> tag) {

        boolean has(String manifest) {
            return manifests.contains(manifest);
        }

        Tagged push(String manifest) {
            Set<String> more = new HashSet<>(manifests);
            more.add(manifest);
            return new Tagged(Set.copyOf(more), tag);
        }

        Tagged delete(String manifest) {
            Set<String> fewer = new HashSet<>(manifests);
            fewer.remove(manifest);
            return new Tagged(Set.copyOf(fewer), tag.filter(digest -> !digest.equals(manifest)));
        }

        Tagged tag(Optional<String> manifest) {
            return new Tagged(manifests, manifest);
        }
    }

    @Test
    void manifestsAndATagThatArePushedAndDeletedAtOnce() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < 4 * ROUNDS; round++) {
                String repository = "push-and-delete/manifest-" + round;
                byte[] config = bytes(random, 50);
                calls().pushBlob(repository, config).expect(201);
                List<ManifestText> manifests = List.of(text(config, "one"), text(config, "two"));
                List<SplittableRandom> each = Stream.generate(random::split).limit(8).toList();
                History<Tagged> history = new History<>();

                Crowd.run(8, client -> {
                    for (int i = 0; i < 6; i++) {
                        SplittableRandom choices = each.get(client);
                        noteManifestRequest(
                                history, choices.nextInt(9), repository, manifests.get(choices.nextInt(2)));
                    }
                    return client;
                });

                history.requireExplainable(new Tagged(Set.of(), Optional.empty()));
            }
        });
    }

    private void noteManifestRequest(History<Tagged> history, int choice, String repository, ManifestText manifest)
            throws Exception {
        String digest = manifest.digest();
        switch (choice) {
            case 0, 1 -> history.note("tag " + digest, () -> {
                calls().putManifest(repository, "it", manifest).expect(201);
                return Answered.changes(state -> state.push(digest).tag(Optional.of(digest)));
            });
            case 2 -> history.note("push " + digest, () -> {
                calls().putManifest(repository, digest, manifest).expect(201);
                return Answered.changes(state -> state.push(digest));
            });
            case 3, 4 -> history.note("delete " + digest, () -> {
                boolean done = deleteManifest(repository, digest).status() == 202;
                return Answered.deletes(done, state -> state.has(digest), state -> state.delete(digest));
            });
            case 5 -> history.note("delete the tag", () -> {
                boolean done = deleteManifest(repository, "it").status() == 202;
                return Answered.deletes(done, state -> state.tag().isPresent(), state -> state.tag(Optional.empty()));
            });
            case 6 -> history.note("pull the tag", () -> {
                Answer answer = manifest(repository, "it").expect(200, 404);
                Optional<String> found =
                        answer.status() == 200 ? Optional.of(Digests.sha256(answer.body())) : Optional.empty();
                return Answered.observes(found, state -> state.tag().equals(found));
            });
            case 7 -> history.note("list", () -> {
                List<String> tags = tagsOf(repository);
                return Answered.observes(tags, state -> tags.equals(state.tag().isPresent() ? List.of("it") : List.of()));
            });
            default -> history.note("pull " + digest, () -> {
                boolean found = manifest(repository, digest).expect(200, 404).status() == 200;
                return Answered.observes(found, state -> state.has(digest) == found);
            });
        }
    }

    /** Several tags at once, in any order, and deletions that take several tags with them. */
    @Test
    void noOneWaitsForEverForAnother() throws Exception {
        Seed.run(random -> {
            String repository = "crossing/locks";
            byte[] config = bytes(random, 50);
            calls().pushBlob(repository, config).expect(201);
            List<ManifestText> manifests =
                    IntStream.range(0, 4).mapToObj(i -> text(config, "" + i)).toList();
            List<SplittableRandom> each = Stream.generate(random::split).limit(CLIENTS).toList();

            Crowd.run(CLIENTS, client -> {
                for (int i = 0; i < 12; i++) {
                    cross(each.get(client), repository, manifests);
                }
                return client;
            });

            requireConsistent(repository, manifests);
        });
    }

    private void cross(SplittableRandom random, String repository, List<ManifestText> manifests) throws IOException {
        ManifestText manifest = manifests.get(random.nextInt(manifests.size()));
        switch (random.nextInt(5)) {
            case 0, 1, 2 -> {
                String tags = random.ints(4, 0, 6).mapToObj(tag -> "tag=t" + tag).collect(Collectors.joining("&"));
                calls().putManifest(repository, manifest.digest() + "?" + tags, manifest).expect(201);
            }
            case 3 -> deleteManifest(repository, manifest.digest());
            default -> deleteManifest(repository, "t" + random.nextInt(6));
        }
    }

    /** Every tag that is listed can be pulled, by its digest too, and every other cannot. */
    private void requireConsistent(String repository, List<ManifestText> manifests) throws IOException {
        List<String> listed = tagsOf(repository);
        for (int tag = 0; tag < 6; tag++) {
            boolean there = listed.contains("t" + tag);
            Answer answer = manifest(repository, "t" + tag).expect(there ? 200 : 404);
            if (there) {
                String digest = Digests.sha256(answer.body());
                assertThat(digest).isIn(manifests.stream().map(ManifestText::digest).toList());
                manifest(repository, digest).expect(200);
            }
        }
        assertThat(listed).isSorted().doesNotHaveDuplicates().allMatch(tag -> tag.matches("t[0-5]"));
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

    private static ManifestText text(byte[] config, String mark) {
        return ManifestText.image(Part.of(config), List.of(), Extras.annotated("mark", mark));
    }

    private Answer pull(String repository, String digest) throws IOException {
        return calls().get("/v2/" + repository + "/blobs/" + digest);
    }

    private Answer manifest(String repository, String reference) throws IOException {
        return calls().get("/v2/" + repository + "/manifests/" + reference);
    }

    private Answer deleteManifest(String repository, String reference) throws IOException {
        return calls().delete("/v2/" + repository + "/manifests/" + reference).expect(202, 404);
    }

    private List<String> tagsOf(String repository) throws IOException {
        return strings(calls().get("/v2/" + repository + "/tags/list").expect(200), "tags");
    }

    private List<String> repositories(String prefix) throws IOException {
        return strings(calls().get("/v2/_catalog?n=1000").expect(200), "repositories").stream()
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private static List<String> strings(Answer answer, String field) {
        List<String> strings = new ArrayList<>();
        answer.json().get(field).forEach(element -> strings.add(element.asString()));
        return strings;
    }

    private static int stands(Answer answer) {
        int last = Integer.parseInt(answer.header("Range").substring("0-".length()));
        return last == 0 ? 0 : last + 1;
    }

    private static String withDigest(String upload, byte[] content) {
        return upload + "?digest=" + Digests.sha256(content);
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
