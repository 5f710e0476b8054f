package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.crash.KillableServer;
import dev.strata.model.Answer;
import dev.strata.model.Digests;
import dev.strata.model.ManifestText;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import dev.strata.model.RegistryCalls;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody who pushes something small all the time, and finds out whether what others do holds that up. */
final class WriteProbe implements AutoCloseable {

    /** As long as the server lets a request wait for memory or for its turn before it refuses it. A small push needs neither. */
    private static final long LONGEST_NANOS =
            Duration.ofSeconds(Size.of("strata.soak.longest-write", 10, 10)).toNanos();
    /** A push forces its bytes, their names and the journal, maybe behind the forces of others. */
    private static final int FORCES = 6;
    private static final String REPOSITORY = "probe/writes";
    private static final int MOST_FINDINGS = 20;

    private final RegistryCalls calls;
    private final MachinePauses machine;
    private final long begin = System.nanoTime();
    private final List<String> heldUp = new CopyOnWriteArrayList<>();
    /** How long each push took, in nanoseconds. */
    private final Queue<Long> times = new ConcurrentLinkedQueue<>();
    /** Where the registry has what it acknowledged. */
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean over;

    private WriteProbe(KillableServer server, MachinePauses machine) {
        this.calls = server.calls();
        this.machine = machine;
        this.thread = Thread.ofPlatform().daemon().name("write-probe").unstarted(this::write);
    }

    static WriteProbe start(KillableServer server, Path directory) throws IOException {
        WriteProbe probe = new WriteProbe(server, MachinePauses.on(directory));
        probe.thread.start();
        return probe;
    }

    private void write() {
        byte[] config = "{\"architecture\":\"amd64\",\"os\":\"linux\"}".getBytes(UTF_8);
        try {
            timed("config", "blobs/" + Digests.sha256(config), () -> calls.pushBlob(REPOSITORY, config));
            for (int number = 0; !over; number++) {
                byte[] blob = ("written " + number).getBytes(UTF_8);
                timed("blob " + number, "blobs/" + Digests.sha256(blob), () -> calls.pushBlob(REPOSITORY, blob));
                ManifestText manifest = ManifestText.image(
                        Part.of(config), List.of(Part.of(blob)), Extras.annotated("number", "n" + number));
                timed("manifest " + number, "manifests/" + manifest.digest(),
                        () -> calls.putManifest(REPOSITORY, "latest", manifest));
                Thread.sleep(10);
            }
        } catch (IOException | AssertionError e) {
            if (!over) {
                heldUp.add("a small push failed " + since(begin) + " after the start: " + e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Push {
        Answer send() throws IOException;
    }

    private void timed(String what, String place, Push push) throws IOException {
        long start = System.nanoTime();
        Answer answer = push.send();
        long took = System.nanoTime() - start;
        answer.expect(201);
        times.add(took);
        acknowledged.add(place);
        long machines = machine.longestSince(start);
        if (took > LONGEST_NANOS + FORCES * machines && heldUp.size() < MOST_FINDINGS) {
            heldUp.add("%s took %s, %s after the start; the machine itself kept nobody for longer than %s".formatted(
                    what, Duration.ofNanos(took), since(begin), Duration.ofNanos(machines)));
        }
    }

    private static Duration since(long begin) {
        return Duration.ofSeconds(Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    }

    /** What was held up for longer than it may be, and than the machine explains. */
    List<String> heldUp() {
        return heldUp;
    }

    /** How many pushes there were, and how long they took. */
    String times() {
        List<Long> sorted = times.stream().sorted().toList();
        return "%d small pushes beside it: half of them took %s at most, 19 of 20 %s, the longest %s".formatted(
                sorted.size(), part(sorted, 0.5), part(sorted, 0.95), part(sorted, 1));
    }

    private static Duration part(List<Long> sorted, double part) {
        long nanos = sorted.isEmpty() ? 0 : sorted.get((int) Math.ceil(part * sorted.size()) - 1);
        return Duration.ofMillis(Duration.ofNanos(nanos).toMillis());
    }

    /** What a server that has the same data does not have any more, although a push of it was answered 201. */
    List<String> lostAt(KillableServer server) throws IOException {
        List<String> lost = new ArrayList<>();
        for (String place : acknowledged) {
            if (server.calls().head("/v2/" + REPOSITORY + "/" + place).status() != 200) {
                lost.add("lost: " + place);
            }
        }
        return lost;
    }

    @Override
    public void close() throws IOException {
        over = true;
        try {
            thread.join(Duration.ofMinutes(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        machine.close();
    }
}
