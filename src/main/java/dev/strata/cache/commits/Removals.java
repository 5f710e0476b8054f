package dev.strata.cache.commits;

import dev.strata.cache.entries.EntryReads;
import dev.strata.oci.RepositoryName;
import dev.strata.step.StepKey;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Takes entries back, a few at a time, however many there are. */
@Component
class Removals {

    private static final int LOOKED_AT = 1_000;
    private static final int AT_ONCE = 200;

    private final EntryReads table;
    private final EntryRecorder recorder;

    Removals(EntryReads table, EntryRecorder recorder) {
        this.table = table;
        this.recorder = recorder;
    }

    /**
     * Deletes the entries that fit, and says how many there were. What breaks off can be asked for once more.
     *
     * @param key only those of this step
     */
    int remove(RepositoryName repository, Optional<StepKey> key, Predicate<EntryReads.Place> fits) {
        Optional<Long> repositoryId = table.repository(repository);
        return repositoryId.isPresent() ? remove(repository, repositoryId.get(), key, fits) : 0;
    }

    private int remove(
            RepositoryName repository, long repositoryId, Optional<StepKey> key, Predicate<EntryReads.Place> fits) {
        int removed = 0;
        byte[] step = key.map(only -> only.digest().bytes()).orElse(new byte[0]);
        String scope = "";
        List<EntryReads.Place> part;
        do {
            part = table.after(repositoryId, step, scope, LOOKED_AT);
            List<EntryReads.Place> going = part.stream()
                    .filter(entry -> isOf(key, entry))
                    .filter(fits)
                    .toList();
            for (int from = 0; from < going.size(); from += AT_ONCE) {
                removed += recorder.delete(repository, going.subList(from, Math.min(going.size(), from + AT_ONCE)));
            }
            if (!part.isEmpty()) {
                step = part.getLast().key().digest().bytes();
                scope = part.getLast().scope().name();
            }
        } while (part.size() == LOOKED_AT && isOf(key, part.getLast()));
        return removed;
    }

    private static boolean isOf(Optional<StepKey> key, EntryReads.Place entry) {
        return key.isEmpty() || entry.key().equals(key.get());
    }
}
