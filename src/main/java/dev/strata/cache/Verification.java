package dev.strata.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Verifies in the background the layers that were too large to be verified when they were committed. */
@Component
class Verification {

    private static final Logger log = LoggerFactory.getLogger(Verification.class);
    private static final int AT_ONCE = 20;
    private static final Duration TRY_AGAIN = Duration.ofMinutes(10);

    private final UpkeepTable table;
    private final LayerVerifier verifier;
    private final PendingVerifications pending;
    private final DanglingEntries dangling;
    private final MeterRegistry meters;

    /** Entries whose layer could not be read, for reasons that are not theirs. */
    private final Cache<Long, Boolean> postponed =
            Caffeine.newBuilder().expireAfterWrite(TRY_AGAIN).maximumSize(10_000).build();

    Verification(
            UpkeepTable table,
            LayerVerifier verifier,
            PendingVerifications pending,
            DanglingEntries dangling,
            MeterRegistry meters) {
        this.table = table;
        this.verifier = verifier;
        this.pending = pending;
        this.dangling = dangling;
        this.meters = meters;
    }

    @Scheduled(fixedDelayString = "PT1S")
    void verifySome() {
        long last = 0;
        while (true) {
            var batch = table.unverified(last, AT_ONCE);
            for (UpkeepTable.Unverified entry : batch) {
                if (Thread.currentThread().isInterrupted()) {
                    return; // the server stops
                }
                if (postponed.getIfPresent(entry.id()) == null) {
                    verify(entry);
                }
                last = entry.id();
            }
            if (batch.size() < AT_ONCE) {
                return;
            }
        }
    }

    private void verify(UpkeepTable.Unverified entry) {
        try {
            verifier.verify(entry.repository(), entry.layer(), entry.diffId());
            table.setState(entry.id(), EntryState.VERIFIED);
            meters.counter("strata.cache.verifications", "result", "verified").increment();
        } catch (RegistryException e) {
            reject(entry, e);
        } catch (IOException e) {
            log.warn("The layer {} of {} cannot be read", entry.layer().digest(), entry.repository(), e);
            postponed.put(entry.id(), true);
        }
        pending.end(entry.id());
    }

    private void reject(UpkeepTable.Unverified entry, RegistryException why) {
        if (why.problem() == Problem.BLOB_UNKNOWN) {
            dangling.found(entry.id());
            return;
        }
        log.warn("Quarantined an entry of {}: {} {}", entry.repository(), why.getMessage(), why.detail());
        table.setState(entry.id(), EntryState.QUARANTINED);
        meters.counter("strata.cache.verifications", "result", "quarantined").increment();
    }
}
