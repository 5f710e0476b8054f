package dev.strata.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.History.Answered;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Things are pushed and deleted at once. */
class DeleteConcurrencyTest extends ConcurrencyTestCase {

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
}
