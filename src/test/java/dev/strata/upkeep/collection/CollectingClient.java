package dev.strata.upkeep.collection;

import static dev.strata.testing.RegistryClient.blob;
import static dev.strata.testing.RegistryClient.manifest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.oci.Digest;
import dev.strata.testing.Answer;
import dev.strata.testing.Content;
import dev.strata.testing.ManifestJson;
import dev.strata.testing.MovableClock;
import dev.strata.testing.RegistryClient;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A client that remembers what it was told, and what its repository must have. Nobody else writes there. */
final class CollectingClient {

    private final RegistryClient registry;
    private final MovableClock clock;
    private final String prefix;
    private final int number;
    private final int clients;
    private final List<byte[]> contents;
    private final SplittableRandom random;
    /** When it began to ask for what was promised. */
    private final Map<Digest, Instant> promised = new HashMap<>();
    private final Map<Digest, Image> images = new HashMap<>();
    private int marks;

    private record Image(ManifestJson manifest, List<byte[]> blobs) {}

    CollectingClient(
            RegistryClient registry,
            MovableClock clock,
            String prefix,
            int number,
            int clients,
            List<byte[]> contents,
            SplittableRandom random) {
        this.registry = registry;
        this.clock = clock;
        this.prefix = prefix;
        this.number = number;
        this.clients = clients;
        this.contents = contents;
        this.random = random;
    }

    String repository() {
        return prefix + "/" + number;
    }

    /** Whether one of its manifests names a blob. */
    boolean names(Digest digest) {
        return images.values().stream()
                .flatMap(image -> image.blobs().stream())
                .anyMatch(content -> Content.sha256(content).equals(digest));
    }

    void step() {
        switch (random.nextInt(12)) {
            case 0, 1 -> push(any(contents));
            case 2, 3 -> ask(any(contents));
            case 4 -> mount(any(contents));
            case 5, 6, 7 -> pushImage();
            case 8 -> pushAgain();
            case 9 -> {
                if (random.nextInt(4) == 0) {
                    deleteImages(); // the repository may go
                } else {
                    deleteImage();
                }
            }
            case 10 -> deleteBlob(any(contents));
            default -> pull(any(contents));
        }
    }

    private void push(byte[] content) {
        Instant before = clock.instant();
        registry.pushBlob(repository(), content);
        promised.put(Content.sha256(content), before);
    }

    /** As a client does before it pushes. Says whether the blob is there. */
    private boolean ask(byte[] content) {
        Digest digest = Content.sha256(content);
        Instant before = clock.instant();
        Answer answer = registry.head(blob(repository(), digest));
        require(digest, answer.status());
        if (answer.status() == 200) {
            promised.put(digest, before);
        }
        return answer.status() == 200;
    }

    private void mount(byte[] content) {
        Digest digest = Content.sha256(content);
        Instant before = clock.instant();
        Answer answer = registry.post("/v2/" + repository() + "/blobs/uploads/?mount=" + digest + "&from=" + prefix + "/"
                + random.nextInt(clients));
        assertThat(answer.status()).as("%s", answer).isIn(201, 202);
        if (answer.status() == 201) {
            promised.put(digest, before);
        } else {
            registry.delete(answer.location());
        }
    }

    private void pull(byte[] content) {
        Answer answer = registry.getBlob(repository(), Content.sha256(content));
        require(Content.sha256(content), answer.status());
        if (answer.status() == 200) {
            assertThat(answer.body()).isEqualTo(content);
        }
    }

    /** What a manifest names, and what was promised less than the grace ago, is there. */
    private void require(Digest digest, int status) {
        boolean must = names(digest) || isPromised(digest);
        assertThat(status).as("%s in %s", digest, repository()).isIn(must ? List.of(200) : List.of(200, 404));
    }

    private boolean isPromised(Digest digest) {
        Instant at = promised.get(digest);
        return at != null && clock.instant().isBefore(at.plus(CollectionTestCase.GRACE));
    }

    private void pushImage() {
        List<byte[]> blobs = Stream.generate(() -> any(contents)).limit(2 + random.nextInt(3)).toList();
        for (byte[] content : blobs) {
            if (!ask(content)) {
                push(content);
            }
        }
        put(new Image(
                ManifestJson.image(blobs.getFirst(), blobs.subList(1, blobs.size()).toArray(byte[][]::new))
                        .annotation("mark", number + " " + marks++),
                blobs));
    }

    private void pushAgain() {
        images.values().stream().skip(images.isEmpty() ? 0 : random.nextInt(images.size())).findFirst().ifPresent(this::put);
    }

    private void put(Image image) {
        Answer answer = registry.putManifest(
                repository(),
                random.nextBoolean() ? image.manifest().digest() : "t" + random.nextInt(3),
                image.manifest().mediaType(),
                image.manifest().bytes());
        boolean all = image.blobs().stream().map(Content::sha256).allMatch(digest -> names(digest) || isPromised(digest));
        assertThat(answer.status()).as("%s", answer).isIn(all ? List.of(201) : List.of(201, 400));
        if (answer.status() == 201) {
            images.put(image.manifest().digest(), image);
        }
    }

    private void deleteImage() {
        images.keySet().stream().findFirst().ifPresent(this::delete);
    }

    private void delete(Digest digest) {
        assertThat(registry.delete(manifest(repository(), digest))).hasStatus(202);
        images.remove(digest);
    }

    void deleteImages() {
        List.copyOf(images.keySet()).forEach(this::delete);
    }

    boolean hasImages() {
        return !images.isEmpty();
    }

    /** One that nothing names: whoever deletes what a manifest names has broken it. */
    private void deleteBlob(byte[] content) {
        Digest digest = Content.sha256(content);
        if (!names(digest)) {
            Answer answer = registry.delete(blob(repository(), digest));
            assertThat(answer.status()).as("%s", answer).isIn(isPromised(digest) ? List.of(202) : List.of(202, 404));
            promised.remove(digest);
        }
    }

    /** Pulls all that has to be there. */
    void verify() {
        images.forEach((digest, image) -> {
            assertThat(registry.getManifest(repository(), digest)).hasStatus(200).hasBody(image.manifest().bytes());
            image.blobs().forEach(content -> assertThat(registry.getBlob(repository(), Content.sha256(content))).hasBody(content));
        });
        contents.forEach(this::pull);
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
