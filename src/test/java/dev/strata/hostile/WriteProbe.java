package dev.strata.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.strata.crash.KillableServer;
import dev.strata.model.Answer;
import dev.strata.model.ManifestText;
import dev.strata.model.ManifestText.Extras;
import dev.strata.model.ManifestText.Part;
import dev.strata.model.RegistryCalls;
import dev.strata.testing.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who pushes something small all the time, and finds out whether what others do holds that up. */
final class WriteProbe implements AutoCloseable {

    /** A short run has little time to warm up, and the abuses take the processors away from the server. */
    private static final long LONGEST_NANOS =
            Duration.ofSeconds(Size.of("strata.soak.longest-write", 10, 1)).toNanos();
    /** A push forces its bytes, their names and the journal, maybe behind the forces of others. */
    private static final int FORCES = 6;
    private static final String REPOSITORY = "probe/writes";
    private static final int MOST_FINDINGS = 20;

    private final RegistryCalls calls;
    private final MachinePauses machine;
    private final long begin = System.nanoTime();
    private final List<String> heldUp = new CopyOnWriteArrayList<>();
    private final AtomicInteger writes = new AtomicInteger();
    private final Thread thread;
    private volatile long longest;
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
            calls.pushBlob(REPOSITORY, config).expect(201);
            for (int number = 0; !over; number++) {
                byte[] blob = ("written " + number).getBytes(UTF_8);
                timed("blob " + number, () -> calls.pushBlob(REPOSITORY, blob));
                ManifestText manifest = ManifestText.image(
                        Part.of(config), List.of(Part.of(blob)), Extras.annotated("number", "n" + number));
                timed("manifest " + number, () -> calls.putManifest(REPOSITORY, "latest", manifest));
                writes.incrementAndGet();
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

    private void timed(String what, Push push) throws IOException {
        long start = System.nanoTime();
        Answer answer = push.send();
        long took = System.nanoTime() - start;
        answer.expect(201);
        longest = Math.max(longest, took);
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

    int writes() {
        return writes.get();
    }

    Duration longest() {
        return Duration.ofNanos(longest);
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
