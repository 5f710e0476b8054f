package dev.strata.crash;

import dev.strata.model.Answer;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Pushes, moves and deletes, one request after the other, and remembers what it was told. Its own repositories are
 * changed by no one else; in the common one it touches only what it pushed itself, and the tag that everyone moves.
 */
final class Client {

    /** Everyone pushes into it, each its own content. */
    static final String COMMON = "crash/common";

    /** Everyone moves it. */
    static final Place LATEST = Place.tag(COMMON, "latest");

    private final int number;
    private final SplittableRandom random;
    private final List<byte[]> commonContents;
    private final Offers offers;
    private final Ledger ledger = new Ledger();
    private final BlobPushes blobs;
    private final ManifestPushes manifests;
    private final Set<String> repositories = new HashSet<>();
    private int round;

    /** @param commonContents blobs that all clients push, at any time, each into its own repositories */
    Client(int number, SplittableRandom random, List<byte[]> commonContents, MovedTag latest, Offers offers) {
        this.number = number;
        this.random = random;
        this.commonContents = commonContents;
        this.offers = offers;
        this.blobs = new BlobPushes(random, ledger, offers);
        this.manifests = new ManifestPushes(number, random, ledger, blobs, latest);
    }

    Ledger ledger() {
        return ledger;
    }

    Set<String> repositories() {
        return repositories;
    }

    /** Repositories that come into being with this round. */
    void nextRound() {
        round++;
    }

    /** Sends one more request, or the few that make up a push. */
    void step(RegistryCalls calls) throws IOException {
        String repository = repository();
        repositories.add(repository);
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> blobs.pushInOneRequest(calls, repository, content(repository));
            case 3, 4, 5 -> blobs.pushBySession(calls, repository, content(repository), false);
            case 6, 7, 8 -> blobs.pushBySession(calls, repository, content(repository), true);
            case 9, 10 -> blobs.leaveSessionOpen(calls, repository, content(repository));
            case 11 -> mount(calls);
            case 12, 13, 14, 15 -> manifests.pushManifest(calls, repository);
            case 16 -> manifests.moveTag(calls, repository);
            case 17 -> deleteOne(calls, repository, Place.Kind.BLOB);
            case 18 -> deleteOne(calls, repository, Place.Kind.TAG);
            default -> deleteManifestOrSession(calls, repository);
        }
    }

    private String repository() {
        return switch (random.nextInt(4)) {
            case 0 -> COMMON;
            case 1 -> own() + "/round-" + round;
            default -> own();
        };
    }

    private String own() {
        return "crash/client-" + number;
    }

    private byte[] content(String repository) {
        if (repository.equals(COMMON)) {
            return Contents.unlikeAnyOther(random);
        }
        return random.nextInt(3) > 0
                ? Contents.any(random)
                : commonContents.get(random.nextInt(commonContents.size()));
    }

    private void mount(RegistryCalls calls) throws IOException {
        Optional<Place> offered = offers.any(random);
        if (offered.isEmpty()) {
            return;
        }
        // Into an own repository: in the common one the same blob may belong to someone else.
        String repository = own();
        repositories.add(repository);
        Place blob = Place.blob(repository, offered.get().name());
        ledger.begin(Map.of(blob, Optional.of(blob.name())));
        Answer answer = calls.post("/v2/" + repository + "/blobs/uploads/?mount=" + blob.name() + "&from="
                + offered.get().repository());
        if (answer.expect(201, 202).status() == 201) {
            ledger.acknowledge();
            return;
        }
        ledger.refuse(); // its owner has deleted it meanwhile
        calls.delete(answer.header("Location")).expect(204);
    }

    private void deleteOne(RegistryCalls calls, String repository, Place.Kind kind) throws IOException {
        List<Place> present = ledger.inOrder(repository, kind).toList();
        if (present.isEmpty()) {
            return;
        }
        Place place = present.get(random.nextInt(present.size()));
        ledger.begin(Map.of(place, Ledger.NOTHING));
        calls.delete(place.path()).expect(202);
        ledger.acknowledge();
    }

    private void deleteManifestOrSession(RegistryCalls calls, String repository) throws IOException {
        boolean done = random.nextInt(3) == 0 && blobs.cancelOne(calls);
        // In the common repository the tag that everyone moves would go with a manifest, and nobody could tell.
        if (!done && !repository.equals(COMMON)) {
            manifests.deleteManifest(calls, repository);
        }
    }

    /**
     * Pulls everything that this client ever touched and compares it with what it was told.
     *
     * @return how many uploads were there to be gone on with
     */
    int verify(RegistryCalls calls) throws IOException {
        manifests.awaitDeletion(calls);
        Map<Place, Optional<String>> found = new HashMap<>();
        for (Place place : ledger.places().toList()) {
            found.put(place, place.look(calls));
        }
        ledger.settle(Map.copyOf(found));
        int open = blobs.verify(calls);
        for (String repository : repositories) {
            manifests.verifyReferrers(calls, repository);
        }
        return open;
    }
}
