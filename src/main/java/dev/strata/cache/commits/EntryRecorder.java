package dev.strata.cache.commits;

import dev.strata.cache.Scope;
import dev.strata.cache.entries.Entry;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.EntrySource;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.entries.EntryWrites;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.entries.TakenBack;
import dev.strata.cache.entries.UnverifiedEntries;
import dev.strata.cache.lookup.Judgement;
import dev.strata.database.durability.Durability;
import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.repositories.Catalog;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Writes what agents committed, durably. */
@Component
class EntryRecorder {

    /** Another writer can come between a look and its lock, but not for ever. */
    private static final int ATTEMPTS = 5;

    private final EntryReads table;
    private final EntryWrites writes;
    private final Judgement judgement;
    private final Catalog catalog;
    private final Blobs blobs;
    private final Durability durability;
    private final UnverifiedEntries unverified;
    private final TakenBack takenBack;
    private final Clock clock;

    EntryRecorder(
            EntryReads table,
            EntryWrites writes,
            Judgement judgement,
            Catalog catalog,
            Blobs blobs,
            Durability durability,
            UnverifiedEntries unverified,
            TakenBack takenBack,
            Clock clock) {
        this.table = table;
        this.writes = writes;
        this.judgement = judgement;
        this.catalog = catalog;
        this.blobs = blobs;
        this.durability = durability;
        this.unverified = unverified;
        this.takenBack = takenBack;
        this.clock = clock;
    }

    /** @throws RegistryException PRECONDITION_FAILED */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    Committed record(Commit commit, StepKey key, EntryState state) {
        long repositoryId = catalog.lockOrCreate(commit.repository());
        Optional<Digest> layer = commit.layer().map(Layer::digest);
        if (layer.isPresent() && !blobs.promiseWithin(repositoryId, commit.repository(), layer.get())) {
            return new Committed.Incomplete(List.of(layer.get()));
        }
        // As precise as every database keeps it, or the entity tag of what comes back would be another one.
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        EntryWrites.NewEntry entry = new EntryWrites.NewEntry(
                repositoryId,
                commit.scope(),
                commit.step(),
                commit.layer(),
                commit.diffId(),
                commit.chainId(),
                commit.execMs(),
                commit.builder(),
                EntrySource.RECORDED,
                state,
                now);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<FoundEntry> there = find(repositoryId, key, commit.scope());
            if (there.isEmpty()) {
                requireNoTag(commit);
                if (writes.insert(entry)) {
                    return new Committed.Created(append(commit, state, now, repositoryId, key));
                }
            } else if (writes.lock(there.get().id())) {
                // Looked at once more, now that nobody lets it go: an entry that this keeps must be there after it.
                FoundEntry locked = find(repositoryId, key, commit.scope()).orElseThrow();
                boolean stands = judgement.stands(locked);
                Optional<Committed> kept = stands ? kept(locked.entry(), commit) : Optional.empty();
                if (kept.isPresent()) {
                    return kept.get();
                }
                if (!stands) {
                    requireNoTag(commit);
                }
                writes.delete(locked.id());
                writes.insert(entry);
                Entry recorded = append(commit, state, now, repositoryId, key);
                return stands ? new Committed.Replaced(recorded) : new Committed.Created(recorded);
            }
        }
        throw new PessimisticLockingFailureException("The entry is being replaced again and again");
    }

    private Optional<FoundEntry> find(long repositoryId, StepKey key, Scope scope) {
        return table.find(repositoryId, key, List.of(scope)).stream().findAny();
    }

    /** What keeps an entry where it stands; empty where the commit may replace it. */
    private static Optional<Committed> kept(Entry standing, Commit commit) {
        return switch (commit.condition()) {
            case Commit.Condition.FirstWins() ->
                Optional.of(
                        standing.diffId().equals(commit.diffId())
                                ? new Committed.Same(standing)
                                : new Committed.Conflict(standing));
            case Commit.Condition.ReplaceAny() -> Optional.empty();
            case Commit.Condition.Replace(Set<String> tags) -> {
                if (!tags.contains(standing.tag())) {
                    throw new RegistryException(
                            Problem.PRECONDITION_FAILED,
                            "another entry stands than the one that was to be replaced",
                            Map.of("etag", standing.tag()));
                }
                yield Optional.empty();
            }
        };
    }

    /** Whoever replaces whatever stands is the first one where nothing does. */
    private static void requireNoTag(Commit commit) {
        if (commit.condition() instanceof Commit.Condition.Replace) {
            throw new RegistryException(
                    Problem.PRECONDITION_FAILED, "there is no entry that could be replaced", Map.of("header", "If-Match"));
        }
    }

    private Entry append(Commit commit, EntryState state, Instant now, long repositoryId, StepKey key) {
        durability.append(
                CacheChange.FEATURE,
                new CacheChange.Recorded(
                                commit.repository(),
                                commit.scope(),
                                commit.step().canonical().getBytes(StandardCharsets.UTF_8),
                                commit.layer(),
                                commit.diffId(),
                                commit.execMs(),
                                commit.builder(),
                                state == EntryState.VERIFIED,
                                now)
                        .toBytes());
        return noted(repositoryId, key, commit.scope()).entry();
    }

    /** The entry, which is noted where it is yet to be verified. */
    private FoundEntry noted(long repositoryId, StepKey key, Scope scope) {
        FoundEntry row = find(repositoryId, key, scope).orElseThrow();
        if (row.state() == EntryState.UNVERIFIED) {
            unverified.note(row.id());
        }
        return row;
    }

    /** Writes what was committed before a crash. */
    @Transactional
    void recordAgain(CacheChange.Recorded recorded) {
        long repositoryId = catalog.lockOrCreate(recorded.repository());
        Step step = Step.of(StrictJson.read(recorded.step(), "the step", Problem.STEP_INVALID));
        writes.delete(repositoryId, step.key(), recorded.scope());
        writes.insert(new EntryWrites.NewEntry(
                repositoryId,
                recorded.scope(),
                step,
                recorded.layer(),
                recorded.diffId(),
                step.chainIdAfter(recorded.diffId()),
                recorded.execMs(),
                recorded.builder(),
                EntrySource.RECORDED,
                recorded.verified() ? EntryState.VERIFIED : EntryState.UNVERIFIED,
                recorded.createdAt()));
        noted(repositoryId, step.key(), recorded.scope());
    }

    /** Deletes entries, as far as they are still there, and says how many were. */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    int delete(RepositoryName repository, List<EntryReads.Place> entries) {
        int deleted = 0;
        for (EntryReads.Place entry : entries) {
            if (writes.delete(entry.id())) {
                CacheChange change = new CacheChange.Deleted(repository, entry.key(), entry.scope());
                durability.append(CacheChange.FEATURE, change.toBytes());
                deleted++;
            }
        }
        return deleted;
    }

    /** Deletes what was deleted before a crash. */
    @Transactional
    void deleteAgain(CacheChange.Deleted deleted) {
        table.repository(deleted.repository()).ifPresent(id -> {
            writes.delete(id, deleted.key(), deleted.scope());
            takenBack.note(id, deleted.key(), deleted.scope());
        });
    }
}
