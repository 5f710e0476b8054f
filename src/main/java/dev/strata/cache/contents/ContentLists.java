package dev.strata.cache.contents;

import dev.strata.oci.Digest;
import dev.strata.step.Operation;
import dev.strata.step.StepFiles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Keeps what is needed of content lists to say later which files differ. That only explains: it is written in batches,
 * some seconds late, so that no commit waits for it; a crash loses what is not written, and what is large is not kept.
 */
@Component
public class ContentLists {

    /** Some 7,000 files. */
    private static final int LARGEST = 128 * 1024;
    private static final int MOST_WAITING = 8 * 1024 * 1024;

    private final ContentTable table;
    private final Map<Digest, byte[]> waiting = new HashMap<>(); // guarded by this
    private long bytesWaiting; // guarded by this

    ContentLists(ContentTable table) {
        this.table = table;
    }

    /** Keeps the lists of the files that a step took. */
    public void keep(Operation operation, StepFiles files) {
        keep(operation.listedContent().orElseThrow(), ContentOutline.of(files).toBytes());
    }

    /** Keeps what is known of the files that a step took from a stage. */
    public void keep(Digest content, ContentOutline outline) {
        keep(content, outline.toBytes());
    }

    private synchronized void keep(Digest content, byte[] outline) {
        if (outline.length <= LARGEST
                && bytesWaiting + outline.length <= MOST_WAITING
                && waiting.putIfAbsent(content, outline) == null) {
            bytesWaiting += outline.length;
        }
    }

    /** What is kept of a content's list; empty where nothing is. */
    public Optional<ContentOutline> find(Digest content) {
        return waiting(content).or(() -> table.find(content)).map(ContentOutline::ofBytes);
    }

    private synchronized Optional<byte[]> waiting(Digest content) {
        return Optional.ofNullable(waiting.get(content));
    }

    /** Writes what was kept since the last time. */
    @Scheduled(fixedDelayString = "PT2S")
    public void flush() {
        Map<Digest, byte[]> outlines;
        synchronized (this) {
            outlines = Map.copyOf(waiting);
        }
        outlines.forEach((content, outline) -> {
            table.write(content, outline);
            written(content, outline);
        });
    }

    private synchronized void written(Digest content, byte[] outline) {
        if (waiting.remove(content, outline)) {
            bytesWaiting -= outline.length;
        }
    }

    /** Forgets what no entry has any more, a part of the table at a time. */
    public void forget(int atOnce) {
        byte[] last = new byte[0];
        for (List<byte[]> part = table.after(last, atOnce); !part.isEmpty(); part = table.after(last, atOnce)) {
            table.forget(last, part.getLast());
            last = part.getLast();
        }
    }
}
