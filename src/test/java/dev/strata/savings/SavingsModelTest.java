package dev.strata.savings;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Seed;
import dev.strata.oci.Digest;
import dev.strata.savings.check.Recount;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.RegistryClient;
import dev.strata.testing.RegistryTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Random pushes, tags, mounts and deletions, after which every figure is what a slow count says. */
@RegistryTest
class SavingsModelTest {

    private static final int CHANGES = 240;
    private static final int CHANGES_BETWEEN_LOOKS = 20;
    private static final List<String> REPOSITORIES = List.of("saved/a", "saved/a/tags", "saved/b");
    private static final List<String> TAGS = List.of("1", "2", "latest", "tags");

    @Autowired
    RegistryClient registry;

    @Autowired
    Recount recount;

    private final SlowCount count = new SlowCount();
    private final List<byte[]> blobs = new ArrayList<>();
    private final List<ManifestJson> manifests = new ArrayList<>();

    @Test
    void everyFigureIsWhatASlowCountSays() throws Exception {
        Seed.run(random -> {
            makeWorld(random);
            JsonNode before = savings();
            long differencesBefore = before.at("/check/differences").longValue();
            for (int i = 1; i <= CHANGES; i++) {
                change(random);
                if (i % CHANGES_BETWEEN_LOOKS == 0) {
                    compareWhole(before);
                    compareRepositories();
                    compareFreed(random);
                }
            }
            WholeRecount.by(recount);
            assertThat(savings().at("/check/differences").longValue()).isEqualTo(differencesBefore);
            for (String repository : REPOSITORIES) {
                deleteEverything(repository);
            }
            compareWhole(before);
        });
    }

    private void makeWorld(SplittableRandom random) {
        for (int i = 0; i < 9; i++) {
            byte[] blob = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(blob);
            blobs.add(blob);
        }
        for (int i = 0; i < 14; i++) {
            List<byte[]> layers = new ArrayList<>();
            for (int left = random.nextInt(5); left > 0; left--) {
                layers.add(any(random, blobs)); // the same one more than once, too
            }
            ManifestJson image = ManifestJson.image(any(random, blobs), layers.toArray(byte[][]::new))
                    .annotation("number", i + " of " + random.nextLong());
            manifests.add(random.nextInt(4) == 0 ? image.artifactType("application/vnd.example.chart") : image);
        }
        for (int i = 0; i < 6; i++) {
            List<ObjectNode> entries = new ArrayList<>();
            for (int left = random.nextInt(5); left > 0; left--) {
                entries.add(entry(random));
            }
            manifests.add(ManifestJson.index(entries.toArray(ObjectNode[]::new))
                    .annotation("number", i + " of " + random.nextLong()));
        }
    }

    /** An index lists images and indexes, and that of a build cache blobs. */
    private ObjectNode entry(SplittableRandom random) {
        if (random.nextInt(5) > 0) {
            return any(random, manifests).descriptor();
        }
        byte[] layer = any(random, blobs);
        return ManifestJson.descriptor(ManifestJson.LAYER, Content.sha256(layer), layer.length);
    }

    private void change(SplittableRandom random) {
        String repository = any(random, REPOSITORIES);
        byte[] blob = any(random, blobs);
        ManifestJson manifest = any(random, manifests);
        String tag = any(random, TAGS);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> {
                registry.pushBlob(repository, blob);
                link(repository, blob);
            }
            case 4 -> mount(repository, any(random, REPOSITORIES), blob);
            case 5 -> {
                if (registry.delete(blob(repository, Content.sha256(blob))).status() == 202) {
                    count.into(repository).blobs.remove(Content.sha256(blob));
                }
            }
            case 6, 7, 8, 9, 10 -> push(repository, manifest, tag, tag);
            case 11 -> push(repository, manifest, manifest.digest(), null);
            case 12, 13 -> {
                if (registry.delete(manifest(repository, tag)).status() == 202) {
                    count.into(repository).tags.remove(tag);
                }
            }
            default -> deleteManifest(repository, manifest.digest());
        }
    }

    private void link(String repository, byte[] blob) {
        Digest digest = Content.sha256(blob);
        count.into(repository).blobs.put(digest, (long) blob.length);
        count.stored.put(new SlowCount.Thing(false, digest), (long) blob.length);
    }

    private void mount(String repository, String from, byte[] blob) {
        Digest digest = Content.sha256(blob);
        Answer answer = registry.post("/v2/" + repository + "/blobs/uploads/?mount=" + digest + "&from=" + from);
        if (answer.status() == 201) {
            link(repository, blob);
        } else {
            registry.delete(answer.location());
        }
    }

    private void push(String repository, ManifestJson manifest, Object reference, @Nullable String tag) {
        byte[] bytes = manifest.bytes();
        if (registry.putManifest(repository, reference, manifest.mediaType(), bytes).status() != 201) {
            return;
        }
        List<Digest> references = new ArrayList<>();
        JsonNode json = manifest.json();
        json.path("layers").forEach(layer -> references.add(Digest.of(layer.path("digest").stringValue())));
        json.path("manifests").forEach(entry -> references.add(Digest.of(entry.path("digest").stringValue())));
        if (json.has("config")) {
            references.add(Digest.of(json.path("config").path("digest").stringValue()));
        }
        SlowCount.Repository into = count.into(repository);
        into.manifests.put(
                manifest.digest(),
                new SlowCount.Manifest(manifest.digest(), bytes.length, json.has("manifests"), references));
        if (tag != null) {
            into.tags.put(tag, manifest.digest());
        }
        count.stored.put(new SlowCount.Thing(true, manifest.digest()), (long) bytes.length);
    }

    private void deleteManifest(String repository, Digest digest) {
        if (registry.delete(manifest(repository, digest)).status() == 202) {
            count.into(repository).delete(digest);
        }
    }

    private void deleteEverything(String repository) {
        new ArrayList<>(count.into(repository).manifests.keySet()).forEach(digest -> deleteManifest(repository, digest));
        for (Digest digest : new HashSet<>(count.into(repository).blobs.keySet())) {
            assertThat(registry.delete(blob(repository, digest))).hasStatus(202);
            count.into(repository).blobs.remove(digest);
        }
    }

    /** As far as it is not other tests'. */
    private void compareWhole(JsonNode before) {
        JsonNode now = savings();
        Map<String, Long> figures = new HashMap<>();
        for (String path : List.of(
                "/as_if_unshared", "/stored", "/saved/total", "/saved/tags", "/saved/repository", "/saved/repositories",
                "/waiting/total", "/waiting/unlinked", "/counts/images", "/counts/tags", "/counts/repositories",
                "/counts/manifests", "/counts/blobs")) {
            figures.put(path, now.at(path).longValue() - before.at(path).longValue());
        }
        Set<SlowCount.Thing> inUse = count.inUse();
        long manifestsInUse = inUse.stream().filter(SlowCount.Thing::manifest).count();
        assertThat(figures)
                .isEqualTo(Map.ofEntries(
                        Map.entry("/as_if_unshared", count.asIfUnshared()),
                        Map.entry("/stored", count.size(inUse)),
                        Map.entry("/saved/total", count.asIfUnshared() - count.size(inUse)),
                        Map.entry("/saved/tags", count.savedByTags()),
                        Map.entry("/saved/repository", count.savedInRepositories()),
                        Map.entry("/saved/repositories", count.savedBetweenRepositories()),
                        Map.entry("/waiting/total", count.waiting()),
                        Map.entry("/waiting/unlinked", count.unlinked()),
                        Map.entry("/counts/images", (long) count.images().size()),
                        Map.entry(
                                "/counts/tags",
                                count.repositories.values().stream().mapToLong(r -> r.tags.size()).sum()),
                        Map.entry(
                                "/counts/repositories",
                                count.repositories.values().stream().filter(r -> !r.images().isEmpty()).count()),
                        Map.entry("/counts/manifests", manifestsInUse),
                        Map.entry("/counts/blobs", inUse.size() - manifestsInUse)));
    }

    private void compareRepositories() {
        count.repositories.forEach((name, repository) -> {
            Answer answer = registry.get("/api/savings/repositories/" + name + "/tags");
            if (repository.blobs.isEmpty() && repository.manifests.isEmpty() && answer.status() == 404) {
                return; // nothing has ever come into it
            }
            assertThat(answer).hasStatus(200);
            JsonNode figures = answer.json().path("repository");
            assertThat(figures.path("full").longValue()).isEqualTo(count.full(name));
            assertThat(figures.path("freed").longValue()).isEqualTo(count.freed(Set.of(name), Map.of()));
            assertThat(figures.path("images").intValue()).isEqualTo(repository.images().size());
            List<String> tags = new ArrayList<>();
            for (JsonNode tag : answer.json().path("tags")) {
                String tagName = tag.path("name").stringValue();
                tags.add(tagName);
                SlowCount.Image image = new SlowCount.Image(name, repository.tags.get(tagName));
                assertThat(tag.path("digest").stringValue()).isEqualTo(image.digest().toString());
                assertThat(tag.path("full").longValue()).isEqualTo(count.size(count.parts(image)));
                assertThat(tag.path("unique").longValue()).isEqualTo(count.unique(image));
                assertThat(tag.path("freed").longValue())
                        .isEqualTo(count.freed(Set.of(), Map.of(name, Set.of(tagName))));
            }
            assertThat(tags).containsExactlyElementsOf(repository.tags.keySet());
        });
    }

    private void compareFreed(SplittableRandom random) {
        Set<String> whole = new HashSet<>();
        Map<String, Set<String>> tags = new HashMap<>();
        count.repositories.forEach((name, repository) -> {
            if (repository.images().isEmpty()) {
                return;
            }
            if (random.nextInt(4) == 0) {
                whole.add(name);
            }
            repository.tags.keySet().stream()
                    .filter(tag -> random.nextBoolean())
                    .forEach(tag -> tags.computeIfAbsent(name, any -> new HashSet<>()).add(tag));
        });
        if (whole.isEmpty() && tags.isEmpty()) {
            return;
        }
        ObjectNode wish = JsonMapper.shared().createObjectNode();
        whole.forEach(name -> wish.withArray("/repositories").add(name));
        tags.forEach((name, names) -> {
            ObjectNode entry = wish.withArray("/tags").addObject().put("repository", name);
            names.forEach(tag -> entry.withArray("/names").add(tag));
        });
        Answer answer = registry.post("/api/savings/freed", wish.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(answer).hasStatus(200);
        assertThat(answer.json().path("freed").longValue()).as("%s", wish).isEqualTo(count.freed(whole, tags));
    }

    private JsonNode savings() {
        return new Api(registry).get("");
    }

    private static <T> T any(SplittableRandom random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
