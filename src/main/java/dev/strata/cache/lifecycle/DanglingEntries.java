package dev.strata.cache.lifecycle;

import dev.strata.cache.entries.EntryLifecycle;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.uses.Uses;
import dev.strata.storage.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Entries whose layers are not here any more. They miss at once, and are dropped some seconds after a look-up came upon
 * them, unless their layer came back meanwhile.
 */
@Component
public class DanglingEntries {

    /** Those beyond that are dropped when they are found once more. */
    private static final int MOST = 10_000;

    private final EntryLifecycle table;
    private final BlobStore store;
    private final Uses uses;
    private Set<Long> found = new LinkedHashSet<>(); // guarded by this

    DanglingEntries(EntryLifecycle table, BlobStore store, Uses uses) {
        this.table = table;
        this.store = store;
        this.uses = uses;
    }

    /** Whether an entry's layer can be pulled. */
    public boolean isComplete(FoundEntry row) {
        try {
            return row.changedNothing()
                    || row.blob().isPresent() && store.find(row.blob().get()).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException("The store cannot be read", e);
        }
    }

    /** An entry is to be dropped if it still dangles then. */
    public synchronized void found(long entryId) {
        if (found.size() < MOST) {
            found.add(entryId);
        }
    }

    @Scheduled(fixedDelayString = "PT2S")
    void drop() {
        for (long id : take()) {
            table.dropUnless(id, this::isComplete)
                    .ifPresent(row -> uses.event(
                            row.repositoryId(), row.entry().scope(), "evicted", row.entry().size()));
        }
    }

    private synchronized Set<Long> take() {
        Set<Long> taken = found;
        found = new LinkedHashSet<>();
        return taken;
    }
}
