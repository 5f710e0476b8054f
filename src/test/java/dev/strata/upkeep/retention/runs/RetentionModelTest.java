package dev.strata.upkeep.retention.runs;

import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Seed;
import dev.strata.oci.Digest;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.Size;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images, indexes, signatures and tags as they come, in repositories that share layers, and rules as they come. What a run
 * leaves is what belongs to images that stay, whole; everything else is gone, and the disk has as many bytes less as the plan
 * said. Until then all of it can be taken back.
 */
class RetentionModelTest extends RetentionTestCase {

    private static final int ROUNDS = Size.of("strata.retention.rounds", 3, 60);
    private static final int STEPS = 25;
    private static final List<String> TAGS = List.of("v1", "v2", "latest", "pr-1", "pr-2", "main");
    private static final List<String> KEEP =
            List.of("{'tags':'v*'}", "{'newest':2}", "{'pushed-within':'2d'}", "{'tags':'latest'}", "{'tags':'pr-*','newest':1}");
    private static final List<String> REMOVE = List.of(
            "{'older-than':'1d'}",
            "{'more-than':2}",
            "{'untagged-since':'1d'}",
            "{'tags':'pr-*','older-than':'1d'}",
            "{'not-pulled-since':'2d'}",
            "{'above':'3KB'}");

    @Test
    void whatStaysIsWholeAndTheRestIsGone() throws Exception {
        Seed.run(random -> {
            for (int round = 0; round < ROUNDS; round++) {
                new World(random.split()).play();
            }
        });
    }

    /** What a repository has, as the test knows it. */
    private record Repository(String name, Map<Digest, ManifestJson> manifests, Map<String, Digest> tags) {

        Set<Digest> parts(Digest digest) {
            Set<Digest> parts = new HashSet<>();
            manifests.get(digest)
                    .json()
                    .path("manifests")
                    .forEach(child -> parts.add(Digest.of(child.path("digest").stringValue())));
            manifests.forEach((other, manifest) -> {
                if (manifest.json().at("/subject/digest").stringValue("").equals(digest.toString())) {
                    parts.add(other);
                }
            });
            Digest attached = tags.get("sha256-" + digest.hex() + ".sig");
            if (attached != null) {
                parts.add(attached);
            }
            parts.retainAll(manifests.keySet());
            return parts;
        }

        /** These, and all that belongs to them. */
        Set<Digest> whole(Set<Digest> images) {
            Set<Digest> whole = new HashSet<>(images);
            Deque<Digest> open = new ArrayDeque<>(images);
            while (!open.isEmpty()) {
                for (Digest part : parts(open.remove())) {
                    if (whole.add(part)) {
                        open.add(part);
                    }
                }
            }
            return whole;
        }
    }

    private final class World {

        private final SplittableRandom random;
        private final List<byte[]> layers;
        private final List<Repository> repositories;
        private final String prefix;
        private long before;

        World(SplittableRandom random) {
            this.random = random;
            this.prefix = "retain/model" + random.nextInt(1_000_000_000);
            this.layers = IntStream.range(0, 8)
                    .mapToObj(i -> Content.random(random.nextLong(), 1 + random.nextInt(2_000)))
                    .toList();
            this.repositories = IntStream.range(0, 3)
                    .mapToObj(i -> new Repository(prefix + "/" + i, new HashMap<>(), new TreeMap<>()))
                    .toList();
        }

        void play() throws Exception {
            for (int i = 0; i < STEPS; i++) {
                step(repositories.get(random.nextInt(repositories.size())));
                CLOCK.moveOn(Duration.ofHours(random.nextInt(6)));
            }
            pass(UNDO);
            pass(LONG);
            removeAllRules();
            rule("one", randomRule("**"));
            rule("two", randomRule("0"));
            String pattern = prefix + "/*";

            before = bytesOfBlobs();
            String plan = preview(pattern);
            check(plan, run(plan));
            if (random.nextBoolean()) {
                undo(plan);
                for (Repository repository : repositories) {
                    repository.manifests().keySet().forEach(digest -> assertThat(isThere(repository.name(), digest))
                            .as("%s of %s is back", digest, repository.name())
                            .isTrue());
                    repository.tags().keySet().forEach(tag -> assertThat(isThere(repository.name(), tag)).isTrue());
                }
                CLOCK.moveOn(Duration.ofSeconds(1));
                plan = preview(pattern);
                check(plan, run(plan));
            }
            giveUpAll();
            assertThatTheDiskIsAs(plan);
        }

        /** The disk at the time of the plan: nothing went since then that was not in it. */
        private void assertThatTheDiskIsAs(String plan) throws Exception {
            assertThat(before - bytesOfBlobs())
                    .as("bytes on the disk; %s", plan(plan))
                    .isEqualTo(plan(plan).at("/totals/blob_bytes").longValue());
            assertThatTheFiguresAreThoseOfTheStore();
        }

        private String randomRule(String end) {
            String keep = random.nextBoolean() ? KEEP.get(random.nextInt(KEEP.size())) : "";
            return "{'on':'" + prefix + "/" + end + "','keep':[" + keep + "],'remove':["
                    + REMOVE.get(random.nextInt(REMOVE.size())) + "]}";
        }

        private void step(Repository repository) {
            List<Digest> present = List.copyOf(repository.manifests().keySet());
            int choice = present.isEmpty() ? 0 : random.nextInt(12);
            if (choice < 5) {
                List<byte[]> some = new ArrayList<>();
                IntStream.range(0, random.nextInt(3)).forEach(i -> some.add(layers.get(random.nextInt(layers.size()))));
                put(repository, push(repository.name(), random.nextInt(), some.toArray(byte[][]::new)), tag());
            } else if (choice < 8) {
                var parts = IntStream.range(0, 1 + random.nextInt(3))
                        .mapToObj(i -> repository.manifests().get(present.get(random.nextInt(present.size()))).descriptor())
                        .toArray(ObjectNode[]::new);
                put(repository, ManifestJson.index(parts).annotation("n", random.nextInt() + ""), tag());
            } else if (choice < 10) {
                ManifestJson about = push(repository.name(), random.nextInt())
                        .subject(present.get(random.nextInt(present.size())));
                put(repository, about, random.nextInt(4) == 0 ? tag() : "");
            } else if (choice == 10) {
                Digest about = present.get(random.nextInt(present.size()));
                put(repository, push(repository.name(), random.nextInt()), "sha256-" + about.hex() + ".sig");
            } else if (!repository.tags().isEmpty()) {
                String tag = List.copyOf(repository.tags().keySet()).get(random.nextInt(repository.tags().size()));
                if (TAGS.contains(tag)) {
                    assertThat(registry.delete(manifest(repository.name(), tag))).hasStatus(202);
                    repository.tags().remove(tag);
                }
            }
        }

        private String tag() {
            return random.nextInt(3) == 0 ? "" : TAGS.get(random.nextInt(TAGS.size()));
        }

        private void put(Repository repository, ManifestJson manifest, String tag) {
            registry.pushManifest(repository.name(), tag.isEmpty() ? manifest.digest() : tag, manifest);
            repository.manifests().put(manifest.digest(), manifest);
            if (!tag.isEmpty()) {
                repository.tags().put(tag, manifest.digest());
            }
        }

        private void check(String plan, JsonNode run) {
            List<JsonNode> images = images(plan);
            JsonNode totals = plan(plan).path("totals");
            assertThat(images.stream().mapToLong(image -> image.path("bytes").longValue()).sum())
                    .isEqualTo(totals.path("bytes").longValue());
            assertThat(run.path("stayed").intValue()).as("%s", images).isZero();
            assertThat(run.path("removed")).isEqualTo(totals.path("remove"));
            assertThat(run.path("bytes")).isEqualTo(totals.path("bytes"));
            for (Repository repository : repositories) {
                check(repository, images);
            }
        }

        private void check(Repository repository, List<JsonNode> images) {
            Set<Digest> kept = new HashSet<>();
            boolean isPlanned = false;
            for (JsonNode image : images) {
                if (image.path("repository").stringValue().equals(repository.name())) {
                    isPlanned = true;
                    if (image.path("decision").stringValue().equals("keep")) {
                        kept.add(Digest.of(image.path("digest").stringValue()));
                    }
                }
            }
            if (!isPlanned) {
                return;
            }
            Set<Digest> whole = repository.whole(kept);
            for (Digest digest : repository.manifests().keySet()) {
                assertThat(isThere(repository.name(), digest))
                        .as("%s of %s in %s", digest, repository, images)
                        .isEqualTo(whole.contains(digest));
            }
            repository.tags().forEach((tag, digest) -> assertThat(isThere(repository.name(), tag))
                    .as("tag %s of %s", tag, repository)
                    .isEqualTo(whole.contains(digest)));
            whole.forEach(digest -> repository.manifests().get(digest).json().path("layers").forEach(layer ->
                    assertThat(canBePulled(repository.name(), Digest.of(layer.path("digest").stringValue()))).isTrue()));
        }
    }
}
