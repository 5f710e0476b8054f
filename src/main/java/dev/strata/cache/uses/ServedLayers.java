package dev.strata.cache.uses;

import dev.strata.cache.entries.EntryReads;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.events.BlobServed;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Counts the bytes of blobs that clients pulled and that are layers of entries. Which of them are is asked some seconds
 * later, so that a pull asks the database for nothing more.
 */
@Component
public class ServedLayers {

    private record Pulled(RepositoryName repository, Digest digest) {}

    private final EntryReads table;
    private final Uses uses;
    private final ReentrantLock counting = new ReentrantLock();
    private Map<Pulled, UseTable.Tally> pulled = new HashMap<>(); // guarded by this

    ServedLayers(EntryReads table, Uses uses) {
        this.table = table;
        this.uses = uses;
    }

    @EventListener
    synchronized void served(BlobServed served) {
        pulled.merge(
                new Pulled(served.repository(), served.digest()),
                new UseTable.Tally(1, served.bytes(), 0),
                UseTable.Tally::plus);
    }

    /** Counts what was pulled since the last time; returns when all that was pulled before is counted. */
    @Scheduled(fixedDelayString = "PT2S")
    public void flush() {
        counting.lock();
        try {
            take().forEach(this::count);
        } finally {
            counting.unlock();
        }
    }

    private synchronized Map<Pulled, UseTable.Tally> take() {
        Map<Pulled, UseTable.Tally> taken = pulled;
        pulled = new HashMap<>();
        return taken;
    }

    private void count(Pulled blob, UseTable.Tally tally) {
        table.repository(blob.repository())
                .ifPresent(id -> table.oldestNaming(id, blob.digest())
                        .ifPresent(entry -> uses.served(id, entry.scope(), entry.operation(), tally)));
    }
}
