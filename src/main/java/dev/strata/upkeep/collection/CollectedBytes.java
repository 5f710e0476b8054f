package dev.strata.upkeep.collection;

import dev.strata.registry.events.BlobRemoved;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/** Counts what was given back since the start. */
@Component
class CollectedBytes {

    private final Counter blobs;
    private final Counter bytes;

    CollectedBytes(MeterRegistry meters) {
        this.blobs = Counter.builder("strata.upkeep.collected.blobs")
                .description("Blobs that nothing needed any more and that were deleted")
                .register(meters);
        this.bytes = Counter.builder("strata.upkeep.collected")
                .description("Bytes of blobs that nothing needed any more and that were deleted")
                .baseUnit("bytes")
                .register(meters);
    }

    @TransactionalEventListener
    void on(BlobRemoved event) {
        blobs.increment();
        bytes.increment(event.size());
    }
}
