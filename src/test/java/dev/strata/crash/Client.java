package dev.strata.crash;

import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Pushes, moves and deletes, one request after the other, and remembers what it was told. Its own repositories are
 * changed by no one else; in the common one it touches only what it pushed itself, and the tag that everyone moves.
 */
final class Client {

    /** Everyone pushes into it, each its own content. */
    static final String COMMON = "crash/common";

    /** Everyone moves it. */
    static final Place LATEST = Place.tag(COMMON, "latest");

    private static final int TAGS = 6;
    private static final int MOST_OPEN_SESSIONS = 3;

    private final int number;
    private final SplittableRandom random;
    private final List<byte[]> commonContents;
    private final MovedTag latest;
    private final Offers offers;
    private final Ledger ledger = new Ledger();
    private final List<Session> sessions = new ArrayList<>();
    private final Map<String, Integer> blobSizes = new HashMap<>();
    private final Map<String, ManifestText> manifests = new HashMap<>();
    private final Set<String> repositories = new HashSet<>();
    private int round;
    private int made;

    /** @param commonContents blobs that all clients push, at any time, each into its own repositories */
    Client(int number, SplittableRandom random, List<byte[]> commonContents, MovedTag latest, Offers offers) {
        this.number = number;
        this.random = random;
        this.commonContents = commonContents;
        this.latest = latest;
        this.offers = offers;
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
            case 0, 1, 2 -> pushInOneRequest(calls, repository);
            case 3, 4, 5 -> pushBySession(calls, repository, false);
            case 6, 7, 8 -> pushBySession(calls, repository, true);
            case 9, 10 -> leaveSessionOpen(calls, repository);
            case 11 -> mount(calls);
            case 12, 13, 14, 15 -> pushManifest(calls, repository);
            case 16 -> moveTag(calls, repository);
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

    private Place blob(String repository, byte[] content) {
        Place place = Place.blob(repository, Digests.sha256(content));
        blobSizes.put(place.name(), content.length);
        return place;
    }

    private void pushInOneRequest(RegistryCalls calls, String repository) throws IOException {
        byte[] content = content(repository);
        Place blob = blob(repository, content);
        ledger.begin(Map.of(blob, Optional.of(blob.name())));
        calls.pushBlob(repository, content).expect(201);
        acknowledgeBlob(blob);
    }

    private void acknowledgeBlob(Place blob) {
        ledger.acknowledge();
        offers.add(blob);
    }

    private void pushBySession(RegistryCalls calls, String repository, boolean streamed) throws IOException {
        Session session = start(calls, repository);
        if (streamed) {
            session.sent = session.content.length;
            sendStreamed(calls, session);
            session.acknowledged = session.content.length;
        }
        close(calls, session);
    }

    private Session start(RegistryCalls calls, String repository) throws IOException {
        String location = calls.startUpload(repository);
        Session session = new Session(Place.upload(repository, location), content(repository));
        ledger.begin(Map.of(session.place, Ledger.OPEN));
        ledger.acknowledge();
        sessions.add(session);
        return session;
    }

    /** As docker does: one request of unknown length that does not say where it begins. */
    private void sendStreamed(RegistryCalls calls, Session session) throws IOException {
        BodyPublisher body = SlowBody.of(session.content, Contents.slowly(random));
        calls.send("PATCH", session.place.path(), body, "Content-Type", "application/octet-stream")
                .expect(202);
    }

    /** Closes an upload with all that has not arrived yet. */
    private void close(RegistryCalls calls, Session session) throws IOException {
        Place blob = blob(session.place.repository(), session.content);
        byte[] rest = Arrays.copyOfRange(session.content, session.acknowledged, session.content.length);
        session.sent = session.content.length;
        ledger.begin(Map.of(session.place, Ledger.NOTHING, blob, Optional.of(blob.name())));
        calls.send(
                        "PUT",
                        session.place.path() + "?digest=" + blob.name(),
                        BodyPublishers.ofByteArray(rest),
                        "Content-Type",
                        "application/octet-stream")
                .expect(201);
        acknowledgeBlob(blob);
        sessions.remove(session);
    }

    private void leaveSessionOpen(RegistryCalls calls, String repository) throws IOException {
        if (sessions.size() >= MOST_OPEN_SESSIONS) {
            close(calls, sessions.getFirst());
            return;
        }
        Session session = start(calls, repository);
        if (session.content.length > 1) {
            // No chunk ends after one byte: "0-0" is also what a session without any says.
            sendChunk(calls, session, random.nextInt(2, session.content.length + 1));
        }
    }

    private void sendChunk(RegistryCalls calls, Session session, int end) throws IOException {
        byte[] chunk = Arrays.copyOfRange(session.content, session.acknowledged, end);
        session.sent = end;
        Answer answer = calls.send(
                "PATCH",
                session.place.path(),
                BodyPublishers.ofByteArray(chunk),
                "Content-Range",
                session.acknowledged + "-" + (end - 1));
        String range = answer.expect(202).header("Range");
        if (!range.equals("0-" + (end - 1))) {
            throw new AssertionError("The session must stand at " + end + ": " + answer);
        }
        session.acknowledged = end;
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

    private void pushManifest(RegistryCalls calls, String repository) throws IOException {
        List<Part> parts = inOrder(ledger.present(place -> isIn(place, repository, Place.Kind.BLOB)))
                .filter(place -> blobSizes.containsKey(place.name()))
                .map(place -> new Part(place.name(), blobSizes.get(place.name())))
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
        return repository.equals(COMMON) || random.nextBoolean();
    }

    private void moveTag(RegistryCalls calls, String repository) throws IOException {
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
        List<Place> present = inOrder(ledger.present(place -> isIn(place, repository, Place.Kind.MANIFEST))).toList();
        return present.isEmpty()
                ? Optional.empty()
                : Optional.of(manifests.get(present.get(random.nextInt(present.size())).name()));
    }

    private void put(RegistryCalls calls, String repository, ManifestText manifest) throws IOException {
        manifests.put(manifest.digest(), manifest);
        if (repository.equals(COMMON) && random.nextBoolean()) {
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
        ledger.begin(Map.of(Place.manifest(COMMON, manifest.digest()), Optional.of(manifest.digest())));
        calls.putManifest(COMMON, LATEST.name(), manifest).expect(201);
        ledger.acknowledge();
        latest.acknowledge(number);
    }

    private String tag() {
        return "client-" + number + "-" + random.nextInt(TAGS);
    }

    private void deleteOne(RegistryCalls calls, String repository, Place.Kind kind) throws IOException {
        List<Place> present = inOrder(ledger.present(place -> isIn(place, repository, kind))).toList();
        if (present.isEmpty()) {
            return;
        }
        Place place = present.get(random.nextInt(present.size()));
        ledger.begin(Map.of(place, Ledger.NOTHING));
        calls.delete(place.path()).expect(202);
        ledger.acknowledge();
    }

    private void deleteManifestOrSession(RegistryCalls calls, String repository) throws IOException {
        if (random.nextInt(3) == 0 && !sessions.isEmpty()) {
            Session session = sessions.get(random.nextInt(sessions.size()));
            ledger.begin(Map.of(session.place, Ledger.NOTHING));
            calls.delete(session.place.path()).expect(204);
            ledger.acknowledge();
            sessions.remove(session);
        } else if (!repository.equals(COMMON)) {
            deleteManifest(calls, repository);
        }
    }

    /** In the common repository the tag that everyone moves would go with it, and nobody could tell. */
    private void deleteManifest(RegistryCalls calls, String repository) throws IOException {
        Optional<ManifestText> manifest = any(repository);
        if (manifest.isEmpty()) {
            return;
        }
        Map<Place, Optional<String>> change = new HashMap<>();
        Place place = Place.manifest(repository, manifest.get().digest());
        change.put(place, Ledger.NOTHING);
        ledger.present(other -> isIn(other, repository, Place.Kind.TAG))
                .filter(tag -> ledger.at(tag).equals(Optional.of(place.name())))
                .forEach(tag -> change.put(tag, Ledger.NOTHING));
        ledger.begin(Map.copyOf(change));
        calls.delete(place.path()).expect(202);
        ledger.acknowledge();
    }

    private static boolean isIn(Place place, String repository, Place.Kind kind) {
        return place.kind() == kind && place.repository().equals(repository);
    }

    /** So that one seed makes one choice. */
    private static Stream<Place> inOrder(Stream<Place> places) {
        return places.sorted(Comparator.comparing(Place::path));
    }

    /**
     * Pulls everything that this client ever touched and compares it with what it was told.
     *
     * @return how many uploads were there to be gone on with
     */
    int verify(RegistryCalls calls) throws IOException {
        Map<Place, Optional<String>> found = new HashMap<>();
        for (Place place : ledger.places().toList()) {
            found.put(place, look(calls, place));
        }
        ledger.settle(Map.copyOf(found));
        sessions.removeIf(session -> ledger.at(session.place).isEmpty());
        List<Session> open = List.copyOf(sessions);
        for (Session session : open) {
            verify(calls, session);
        }
        for (String repository : repositories) {
            verifyReferrers(calls, repository);
        }
        return open.size();
    }

    static Optional<String> look(RegistryCalls calls, Place place) throws IOException {
        Answer answer = calls.get(place.path());
        if (place.kind() == Place.Kind.UPLOAD) {
            return answer.expect(204, 404).status() == 204 ? Ledger.OPEN : Ledger.NOTHING;
        }
        if (answer.expect(200, 404).status() == 404) {
            return Ledger.NOTHING;
        }
        String digest = Digests.sha256(answer.body());
        if (!answer.header("Docker-Content-Digest").equals(digest)) {
            throw new AssertionError("The bytes have the digest " + digest + ": " + answer);
        }
        return Optional.of(digest);
    }

    /** An upload stands where the registry was told to have it, or later, and goes on from there. */
    private void verify(RegistryCalls calls, Session session) throws IOException {
        Answer answer = calls.get(session.place.path()).expect(204);
        int last = Integer.parseInt(answer.header("Range").substring("0-".length()));
        int stands = last == 0 ? 0 : last + 1;
        if (stands < session.acknowledged || stands > session.sent) {
            throw new AssertionError("The upload must stand between " + session.acknowledged + " and " + session.sent
                    + ": " + answer);
        }
        session.acknowledged = stands;
        session.sent = stands;
        if (random.nextBoolean()) {
            return; // it is to outlive the next kill too
        }
        if (session.content.length > stands + 1) {
            sendChunk(calls, session, random.nextInt(stands + 2, session.content.length + 1));
        }
        close(calls, session);
        Place blob = blob(session.place.repository(), session.content);
        if (!look(calls, blob).equals(Optional.of(blob.name()))) {
            throw new AssertionError("An upload that was gone on with is not there: " + blob.path());
        }
    }

    private void verifyReferrers(RegistryCalls calls, String repository) throws IOException {
        Map<String, Set<String>> expected = new HashMap<>();
        ledger.present(place -> isIn(place, repository, Place.Kind.MANIFEST))
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
