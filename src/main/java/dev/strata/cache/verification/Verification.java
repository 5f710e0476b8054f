package dev.strata.cache.verification;

import dev.strata.cache.entries.EntryLifecycle;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.entries.UnverifiedEntries;
import dev.strata.cache.leases.PendingVerifications;
import dev.strata.cache.lifecycle.DanglingEntries;
import dev.strata.database.work.Work;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Verifies in the background the layers that were not verified when they were committed, one at a time. Its subjects are
 * the rows of entries.
 */
@Component
class Verification implements Work {

    private static final Logger log = LoggerFactory.getLogger(Verification.class);
    private static final Duration TRY_AGAIN = Duration.ofMinutes(10);
    private static final Duration MEMORY_IS_TAKEN = Duration.ofSeconds(5);

    private final UnverifiedEntries unverified;
    private final EntryLifecycle table;
    private final LayerVerifier verifier;
    private final PendingVerifications pending;
    private final DanglingEntries dangling;
    private final MeterRegistry meters;

    Verification(
            UnverifiedEntries unverified,
            EntryLifecycle table,
            LayerVerifier verifier,
            PendingVerifications pending,
            DanglingEntries dangling,
            MeterRegistry meters) {
        this.unverified = unverified;
        this.table = table;
        this.verifier = verifier;
        this.pending = pending;
        this.dangling = dangling;
        this.meters = meters;
    }

    @Override
    public String name() {
        return UnverifiedEntries.WORK;
    }

    /** Decoders are handed what anybody pushed. */
    @Override
    public boolean isRisky() {
        return true;
    }

    @Override
    public Outcome doNext(Item item) throws IOException {
        Optional<UnverifiedEntries.Unverified> entry = unverified.find(Long.parseLong(item.subject()));
        return entry.isPresent() ? verify(entry.get()) : new Outcome.Done(); // it is gone, or known already
    }

    private Outcome verify(UnverifiedEntries.Unverified entry) throws IOException {
        try {
            verifier.verify(entry.repository(), entry.layer(), entry.diffId());
            table.setState(entry.id(), EntryState.VERIFIED);
            count("verified");
        } catch (RegistryException e) {
            if (e.problem() == Problem.CONTENDED) {
                return new Outcome.Later(MEMORY_IS_TAKEN);
            }
            reject(entry, e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e; // the server stops
            }
            log.warn("The layer {} of {} cannot be read", entry.layer().digest(), entry.repository(), e);
            pending.end(entry.id());
            return new Outcome.Later(TRY_AGAIN);
        }
        pending.end(entry.id());
        return new Outcome.Done();
    }

    private void reject(UnverifiedEntries.Unverified entry, RegistryException why) {
        if (why.problem() == Problem.BLOB_UNKNOWN) {
            dangling.found(entry.id());
            return;
        }
        log.warn("Quarantined an entry of {}: {} {}", entry.repository(), why.getMessage(), why.detail());
        table.setState(entry.id(), EntryState.QUARANTINED);
        count("quarantined");
    }

    private void count(String result) {
        meters.counter("strata.cache.verifications", "result", result).increment();
    }
}
