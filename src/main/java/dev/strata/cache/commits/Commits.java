package dev.strata.cache.commits;

import dev.strata.cache.CacheProperties;
import dev.strata.cache.Scope;
import dev.strata.cache.contents.ContentLists;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.leases.Leases;
import dev.strata.cache.leases.PendingVerifications;
import dev.strata.cache.verification.LayerVerifier;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Takes what agents ran, and what they take back. */
@Service
public class Commits {

    /** In characters. A kernel takes no command that is longer. */
    private static final int LONGEST_STEP = 256 * 1024;

    private final EntryRecorder recorder;
    private final Removals removals;
    private final EntryReads table;
    private final LayerVerifier verifier;
    private final Leases leases;
    private final ContentLists contents;
    private final ContentTwins twins;
    private final PendingVerifications verifications;
    private final Blobs blobs;
    private final CacheProperties properties;
    private final MeterRegistry meters;

    Commits(
            EntryRecorder recorder,
            Removals removals,
            EntryReads table,
            LayerVerifier verifier,
            Leases leases,
            ContentLists contents,
            ContentTwins twins,
            PendingVerifications verifications,
            Blobs blobs,
            CacheProperties properties,
            MeterRegistry meters) {
        this.recorder = recorder;
        this.removals = removals;
        this.table = table;
        this.verifier = verifier;
        this.leases = leases;
        this.contents = contents;
        this.twins = twins;
        this.verifications = verifications;
        this.blobs = blobs;
        this.properties = properties;
        this.meters = meters;
    }

    /**
     * Takes an entry. When this returns that it is there, nothing can take it away but the cache's own rules. A layer
     * that is not too large is verified before, a larger one in the background; so is one that comes while there is too
     * much else to verify.
     *
     * @param key what the caller says that the step's key is
     * @throws RegistryException STEP_INVALID where it is another one; DIGEST_INVALID and SIZE_INVALID where the layer
     *     is not what was said; PRECONDITION_FAILED for a lease that someone else took over, and for a replacement of
     *     another entry than the one that stands
     */
    public Committed commit(StepKey key, Commit commit) throws IOException {
        Committed committed = take(key, commit);
        meters.counter("strata.cache.commits", "result", committed.getClass().getSimpleName().toLowerCase())
                .increment();
        return committed;
    }

    private Committed take(StepKey key, Commit commit) throws IOException {
        requireKey(key, commit);
        if (commit.leaseId().isPresent() && leases.isSuperseded(commit.leaseId().get())) {
            throw new RegistryException(
                    Problem.PRECONDITION_FAILED,
                    "the lease ended, and someone else runs the step now",
                    Map.of("lease", commit.leaseId().get()));
        }
        EntryState state = EntryState.VERIFIED;
        if (commit.layer().isPresent()) {
            Layer layer = commit.layer().get();
            Long size = blobs.promiseAll(commit.repository(), List.of(layer.digest())).get(layer.digest());
            if (size == null) {
                return new Committed.Incomplete(List.of(layer.digest()));
            }
            requireSize(layer, size);
            if (!isVerified(commit, layer)) {
                verifier.requireWindow(commit.repository(), layer);
                state = EntryState.UNVERIFIED;
            }
        }
        Committed committed = recorder.record(commit, key, state);
        if (committed instanceof Committed.Incomplete) {
            return committed;
        }
        commit.files().ifPresent(files -> contents.keep(commit.step().operation(), files));
        table.repository(commit.repository())
                .ifPresent(id -> leases.finish(new Leases.Slot(id, commit.scope(), key)));
        if (!(committed instanceof Committed.Conflict)) {
            EntryState same = state;
            twins.of(commit).ifPresent(twin -> recorder.record(twin, twin.step().key(), same));
        }
        if (committed instanceof Committed.Replaced) {
            verifications.removed();
        }
        return committed;
    }

    private boolean isVerified(Commit commit, Layer layer) throws IOException {
        return layer.size() <= properties.verifyAtCommit().toBytes()
                && verifier.verifyNow(commit.repository(), layer, commit.diffId().orElseThrow());
    }

    private static void requireKey(StepKey key, Commit commit) {
        String canonical = commit.step().canonical();
        if (canonical.length() > LONGEST_STEP) {
            throw new RegistryException(
                    Problem.REQUEST_TOO_LARGE,
                    "the step is longer than is accepted",
                    Map.of("length", canonical.length(), "limit", LONGEST_STEP));
        }
        StepKey actual = Step.keyOf(canonical);
        if (!actual.equals(key)) {
            throw new RegistryException(
                    Problem.STEP_INVALID,
                    "the step has another key",
                    Map.of("field", "key", "key", key.toString(), "actual", actual.toString()));
        }
    }

    private static void requireSize(Layer layer, long size) {
        if (layer.size() != size) {
            throw new RegistryException(
                    Problem.SIZE_INVALID,
                    "the layer has another size than was said",
                    Map.of("digest", layer.digest().toString(), "declared", layer.size(), "actual", size));
        }
    }

    /**
     * Takes a step's entries back, and says how many there were. Those go along that the same copy from a stage has by its
     * content.
     *
     * @param scope only in this one
     */
    public int delete(RepositoryName repository, StepKey key, Optional<Scope> scope) {
        List<StepKey> keys = new ArrayList<>(List.of(key));
        table.repository(repository).ifPresent(id -> keys.addAll(table.sameCopies(id, key)));
        int deleted = 0;
        for (StepKey each : keys) {
            deleted += removals.remove(
                    repository, Optional.of(each), entry -> scope.isEmpty() || entry.scope().equals(scope.get()));
        }
        verifications.removed();
        return deleted;
    }

    /**
     * Takes all entries back that fit, such as the work of one bad agent, and says how many there were.
     *
     * @param since those that came to be known then or later
     */
    public int purge(RepositoryName repository, Optional<Scope> scope, Optional<String> builder, Optional<Instant> since) {
        int purged = removals.remove(
                repository,
                Optional.empty(),
                entry -> (scope.isEmpty() || entry.scope().equals(scope.get()))
                        && (builder.isEmpty() || entry.builder().equals(builder.get()))
                        && (since.isEmpty() || !entry.createdAt().isBefore(since.get())));
        verifications.removed();
        return purged;
    }

    /** Those of the digests that cannot be pulled from the repository. The others stay for the grace, unless somebody deletes them. */
    public List<Digest> missing(RepositoryName repository, List<Digest> digests) throws IOException {
        Map<Digest, Long> present = blobs.promiseAll(repository, digests);
        return digests.stream().distinct().filter(digest -> !present.containsKey(digest)).toList();
    }
}
