package dev.strata.crash;

import static org.awaitility.Awaitility.await;

import dev.strata.model.Answer;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import dev.strata.model.ManifestText;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Pushes and deletes manifests of blobs that are there, and moves tags. */
final class ManifestPushes {

    private static final int TAGS = 6;
    private static final Duration MOST_TO_GO_ALONG = Duration.ofMinutes(1);

    private final int number;
    private final SplittableRandom random;
    private final Ledger ledger;
    private final BlobPushes blobs;
    private final MovedTag latest;
    private final Map<String, ManifestText> manifests = new HashMap<>();
    /** The one that is under way. */
    private Optional<Deletion> deletion = Optional.empty();
    private int made;

    private record Deletion(Place manifest, Set<Place> along) {}

    /** @param number the client's */
    ManifestPushes(int number, SplittableRandom random, Ledger ledger, BlobPushes blobs, MovedTag latest) {
        this.number = number;
        this.random = random;
        this.ledger = ledger;
        this.blobs = blobs;
        this.latest = latest;
    }

    void pushManifest(RegistryCalls calls, String repository) throws IOException {
        List<Part> parts = ledger.inOrder(repository, Place.Kind.BLOB)
                .flatMap(place -> blobs.size(place.name()).map(size -> new Part(place.name(), size)).stream())
                .toList();
        if (parts.isEmpty()) {
            return;
        }
        List<Part> some = parts.subList(0, 1 + random.nextInt(Math.min(5, parts.size())));
        Extras extras = isUnique(repository)
                ? Extras.annotated("made", number + "-" + made++)
                : Extras.NONE;
        Optional<ManifestText> subject = any(repository);
        if (subject.isPresent() && random.nextInt(3) == 0) {
            extras = extras.about(subject.get().part());
        }
        put(calls, repository, ManifestText.image(some.getFirst(), some.subList(1, some.size()), extras));
    }

    private boolean isUnique(String repository) {
        return repository.equals(Client.COMMON) || random.nextBoolean();
    }

    void moveTag(RegistryCalls calls, String repository) throws IOException {
        Optional<ManifestText> manifest = any(repository).filter(found -> isComplete(repository, found));
        if (manifest.isPresent()) {
            put(calls, repository, manifest.get());
        }
    }

    private boolean isComplete(String repository, ManifestText manifest) {
        return manifest.references().stream()
                .allMatch(part -> ledger.at(Place.blob(repository, part.digest())).isPresent());
    }

    private Optional<ManifestText> any(String repository) {
        List<Place> present = ledger.inOrder(repository, Place.Kind.MANIFEST).toList();
        return present.isEmpty()
                ? Optional.empty()
                : Optional.of(manifests.get(present.get(random.nextInt(present.size())).name()));
    }

    private void put(RegistryCalls calls, String repository, ManifestText manifest) throws IOException {
        manifests.put(manifest.digest(), manifest);
        if (repository.equals(Client.COMMON) && random.nextBoolean()) {
            putLatest(calls, manifest);
            return;
        }
        Map<Place, Optional<String>> change = new HashMap<>();
        change.put(Place.manifest(repository, manifest.digest()), Optional.of(manifest.digest()));
        String first = tag();
        String second = tag();
        change.put(Place.tag(repository, first), Optional.of(manifest.digest()));
        change.put(Place.tag(repository, second), Optional.of(manifest.digest()));
        ledger.begin(Map.copyOf(change));
        calls.putManifest(repository, manifest.digest() + "?tag=" + first + "&tag=" + second, manifest)
                .expect(201);
        ledger.acknowledge();
    }

    private void putLatest(RegistryCalls calls, ManifestText manifest) throws IOException {
        latest.begin(number, manifest.digest());
        ledger.begin(Map.of(Place.manifest(Client.COMMON, manifest.digest()), Optional.of(manifest.digest())));
        calls.putManifest(Client.COMMON, Client.LATEST.name(), manifest).expect(201);
        ledger.acknowledge();
        latest.acknowledge(number);
    }

    private String tag() {
        return "client-" + number + "-" + random.nextInt(TAGS);
    }

    /** In the common repository the tag that everyone moves would go with it, and nobody could tell. */
    void deleteManifest(RegistryCalls calls, String repository) throws IOException {
        Optional<ManifestText> manifest = any(repository);
        if (manifest.isEmpty()) {
            return;
        }
        Place place = Place.manifest(repository, manifest.get().digest());
        Set<Place> along = along(place);
        Map<Place, Optional<String>> change = new HashMap<>();
        change.put(place, Ledger.NOTHING);
        along.forEach(referrer -> change.put(referrer, Ledger.NOTHING));
        tagsOf(place).forEach(tag -> change.put(tag, Ledger.NOTHING));
        ledger.begin(Map.copyOf(change));
        deletion = Optional.of(new Deletion(place, along));
        calls.delete(place.path()).expect(202);
        ledger.acknowledge();
        deletion = Optional.empty();
    }

    /** What refers to a manifest goes along with it, unless it has a tag; and then what refers to that. */
    private Set<Place> along(Place deleted) {
        Set<Place> along = new HashSet<>();
        Deque<Place> open = new ArrayDeque<>(List.of(deleted));
        while (!open.isEmpty()) {
            Optional<String> subject = Optional.of(open.remove().name());
            ledger.inOrder(deleted.repository(), Place.Kind.MANIFEST)
                    .filter(place -> manifests.get(place.name()).subject().equals(subject))
                    .filter(place -> !place.equals(deleted) && tagsOf(place).findAny().isEmpty())
                    .filter(along::add)
                    .forEach(open::add);
        }
        return along;
    }

    private Stream<Place> tagsOf(Place manifest) {
        return ledger.inOrder(manifest.repository(), Place.Kind.TAG)
                .filter(tag -> ledger.at(tag).equals(Optional.of(manifest.name())));
    }

    /**
     * Where a manifest is gone and the registry was killed before it said so, what goes along with it may be left to the
     * background of the next start.
     */
    void awaitDeletion(RegistryCalls calls) throws IOException {
        if (deletion.isPresent() && deletion.get().manifest().look(calls).isEmpty()) {
            for (Place place : deletion.get().along()) {
                await(place.path() + " goes along").atMost(MOST_TO_GO_ALONG).until(() -> place.look(calls).isEmpty());
            }
        }
        deletion = Optional.empty();
    }

    void verifyReferrers(RegistryCalls calls, String repository) throws IOException {
        Map<String, Set<String>> expected = new HashMap<>();
        ledger.inOrder(repository, Place.Kind.MANIFEST)
                .map(place -> manifests.get(place.name()))
                .filter(manifest -> manifest.subject().isPresent())
                .forEach(manifest -> expected.computeIfAbsent(manifest.subject().get(), subject -> new HashSet<>())
                        .add(manifest.digest()));
        for (Map.Entry<String, Set<String>> subject : expected.entrySet()) {
            Answer answer = calls.get("/v2/" + repository + "/referrers/" + subject.getKey()).expect(200);
            Set<String> listed = new HashSet<>();
            answer.json().get("manifests").forEach(descriptor -> listed.add(descriptor.get("digest").asString()));
            if (!listed.equals(subject.getValue())) {
                throw new AssertionError("Expected the referrers " + subject.getValue() + ": " + answer);
            }
        }
    }
}
