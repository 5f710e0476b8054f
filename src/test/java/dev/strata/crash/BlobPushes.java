package dev.strata.crash;

import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Pushes blobs in every way that there is, and leaves some uploads open. */
final class BlobPushes {

    private static final int MOST_OPEN_SESSIONS = 3;

    private final SplittableRandom random;
    private final Ledger ledger;
    private final Offers offers;
    private final List<Session> sessions = new ArrayList<>();
    private final Map<String, Integer> sizes = new HashMap<>();

    BlobPushes(SplittableRandom random, Ledger ledger, Offers offers) {
        this.random = random;
        this.ledger = ledger;
        this.offers = offers;
    }

    private Place blob(String repository, byte[] content) {
        Place place = Place.blob(repository, Digests.sha256(content));
        sizes.put(place.name(), content.length);
        return place;
    }

    /** Of a blob that was pushed here. */
    Optional<Integer> size(String digest) {
        return Optional.ofNullable(sizes.get(digest));
    }

    void pushInOneRequest(RegistryCalls calls, String repository, byte[] content) throws IOException {
        Place blob = blob(repository, content);
        ledger.begin(Map.of(blob, Optional.of(blob.name())));
        calls.pushBlob(repository, content).expect(201);
        acknowledgeBlob(blob);
    }

    private void acknowledgeBlob(Place blob) {
        ledger.acknowledge();
        offers.add(blob);
    }

    void pushBySession(RegistryCalls calls, String repository, byte[] content, boolean streamed) throws IOException {
        Session session = start(calls, repository, content);
        if (streamed) {
            session.sent = session.content.length;
            sendStreamed(calls, session);
            session.acknowledged = session.content.length;
        }
        close(calls, session);
    }

    private Session start(RegistryCalls calls, String repository, byte[] content) throws IOException {
        String location = calls.startUpload(repository);
        Session session = new Session(Place.upload(repository, location), content);
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

    void leaveSessionOpen(RegistryCalls calls, String repository, byte[] content) throws IOException {
        if (sessions.size() >= MOST_OPEN_SESSIONS) {
            close(calls, sessions.getFirst());
            return;
        }
        Session session = start(calls, repository, content);
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

    /** Gives an upload up that is open; says whether there is one. */
    boolean cancelOne(RegistryCalls calls) throws IOException {
        if (sessions.isEmpty()) {
            return false;
        }
        Session session = sessions.get(random.nextInt(sessions.size()));
        ledger.begin(Map.of(session.place, Ledger.NOTHING));
        calls.delete(session.place.path()).expect(204);
        ledger.acknowledge();
        sessions.remove(session);
        return true;
    }

    /**
     * Compares the uploads that are left open with what is known of them now, and goes on with some.
     *
     * @return how many there were
     */
    int verify(RegistryCalls calls) throws IOException {
        sessions.removeIf(session -> ledger.at(session.place).isEmpty());
        List<Session> open = List.copyOf(sessions);
        for (Session session : open) {
            verify(calls, session);
        }
        return open.size();
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
        if (!blob.look(calls).equals(Optional.of(blob.name()))) {
            throw new AssertionError("An upload that was gone on with is not there: " + blob.path());
        }
    }
}
