package dev.strata.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pushes images to a repository of its own, pulls them, and deletes some. What it did not hear the end of may have happened or not; it
 * never speaks of that again. All pushers have the same few layers, which so are collected and pushed at the same time.
 */
final class Pusher {

    private static final int LAYERS = 6;
    private static final int TAGS = 20;

    private final String repository;
    private final Replicas replicas;
    private final SplittableRandom random;
    /** By tag, what it heard the end of. Guarded by this. */
    private final Map<String, Optional<ManifestText>> acknowledged = new HashMap<>();

    private final AtomicInteger steps = new AtomicInteger();
    private int number;
    private long longest;
    private String unexpected = "";

    Pusher(int number, Replicas replicas) {
        this.repository = "load/pusher-" + number;
        this.replicas = replicas;
        this.random = new SplittableRandom(number);
    }

    static byte[] layer(int number) {
        byte[] layer = new byte[50_000 + number];
        new SplittableRandom(number).nextBytes(layer);
        return layer;
    }

    private interface Request {
        Answer send() throws IOException;
    }

    /** One more push, pull or deletion. */
    synchronized void step() {
        List<ManifestText> there = acknowledged.values().stream().flatMap(Optional::stream).toList();
        if (!there.isEmpty() && random.nextInt(4) == 0) {
            pull(there.get(random.nextInt(there.size())));
        } else {
            change();
        }
        steps.incrementAndGet();
    }

    /** What it gets is whole, and what was pushed; or it gets nothing. */
    private void pull(ManifestText image) {
        try (RegistryCalls calls = new RegistryCalls(replicas.all().address())) {
            if (!isPulled(calls, manifest(image.digest()), image.digest())) {
                return;
            }
            for (Part part : image.references()) {
                isPulled(calls, "/v2/" + repository + "/blobs/" + part.digest(), part.digest());
            }
        } catch (IOException e) {
            // it broke off, and the client knows
        }
    }

    private boolean isPulled(RegistryCalls calls, String path, String digest) throws IOException {
        Answer answer = timed(() -> calls.get(path));
        if (answer.status() == 200) {
            assertThat(Digests.sha256(answer.body())).as("what " + path + " has").isEqualTo(digest);
        } else if (answer.status() == 503) {
            assertThat(answer.header("Retry-After")).isNotEmpty();
        } else if (answer.status() != 429) {
            unexpected = answer.toString();
        }
        return answer.status() == 200;
    }

    private String manifest(String reference) {
        return "/v2/" + repository + "/manifests/" + reference;
    }

    private void change() {
        String tag = "tag-" + random.nextInt(TAGS);
        Optional<ManifestText> before = acknowledged.getOrDefault(tag, Optional.empty());
        acknowledged.remove(tag);
        try (RegistryCalls calls = new RegistryCalls(replicas.all().address())) {
            if (before.isPresent() && random.nextInt(3) == 0) {
                if (isDone(() -> calls.delete(manifest(before.get().digest())), 202)) {
                    acknowledged.put(tag, Optional.empty());
                }
            } else {
                push(calls, tag);
            }
        } catch (IOException e) {
            // nobody heard the end of it
        }
    }

    private void push(RegistryCalls calls, String tag) throws IOException {
        byte[] config = ("{\"number\": " + number++ + "}").getBytes(UTF_8);
        byte[] layer = layer(random.nextInt(LAYERS));
        ManifestText image = ManifestText.image(Part.of(config), List.of(Part.of(layer)), Extras.annotated("tag", tag));
        if (isDone(() -> calls.pushBlob(repository, config), 201)
                && isDone(() -> calls.pushBlob(repository, layer), 201)
                && isDone(() -> calls.putManifest(repository, tag, image), 201)) {
            acknowledged.put(tag, Optional.of(image));
        }
    }

    /** While the database is away the answer is 503; where the grace was over before its end, a push begins anew. */
    private boolean isDone(Request request, int status) throws IOException {
        Answer answer = timed(request);
        boolean isLate = answer.status() == 404 || answer.status() == 400 && answer.errorCode().equals("MANIFEST_BLOB_UNKNOWN");
        if (answer.status() == 503) {
            assertThat(answer.header("Retry-After")).isNotEmpty();
        } else if (answer.status() != status && !isLate && answer.status() != 429) {
            unexpected = answer.toString();
        }
        return answer.status() == status;
    }

    private Answer timed(Request request) throws IOException {
        long began = System.nanoTime();
        try {
            return request.send();
        } finally {
            longest = Math.max(longest, System.nanoTime() - began);
        }
    }

    /** How many pushes, pulls and deletions have ended, in whatever way. */
    int steps() {
        return steps.get();
    }

    /** The longest time until an answer, or until the connection ended. */
    synchronized Duration longest() {
        return Duration.ofNanos(longest);
    }

    /** Whether an image comes to its repository at a replica, beside what it does itself. */
    boolean canPush(RegistryCalls calls) throws IOException {
        byte[] config = "{}".getBytes(UTF_8);
        ManifestText image = ManifestText.image(Part.of(config), List.of(), Extras.annotated("pushed", "beside"));
        return calls.pushBlob(repository, config).status() == 201
                && calls.putManifest(repository, "beside", image).status() == 201;
    }

    /** Answers that nothing explains. */
    synchronized String unexpected() {
        return unexpected;
    }

    /** A blob that nothing will ever need. */
    byte[] garbage(RegistryCalls calls) throws IOException {
        byte[] garbage = new byte[1_000];
        random.nextBytes(garbage);
        calls.pushBlob(repository, garbage).expect(201);
        return garbage;
    }

    /** What it heard the end of is there, whole. */
    synchronized void verify(RunningLook look) throws IOException {
        for (Map.Entry<String, Optional<ManifestText>> tag : acknowledged.entrySet()) {
            look.require(repository, tag.getKey(), tag.getValue());
        }
    }
}
