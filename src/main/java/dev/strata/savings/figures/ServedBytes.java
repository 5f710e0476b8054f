package dev.strata.savings.figures;

import dev.strata.savings.books.Bookkeeper;
import dev.strata.savings.counted.Total;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Keeps what the registry's own meter counts of the bytes that it hands out, over restarts, to the minute. */
@Component
class ServedBytes {

    private static final String METER = "strata.blob.sent";

    private final MeterRegistry meters;
    private final Bookkeeper bookkeeper;
    private long kept; // guarded by this

    ServedBytes(MeterRegistry meters, Bookkeeper bookkeeper) {
        this.meters = meters;
        this.bookkeeper = bookkeeper;
    }

    /** What has been counted since it was kept last. */
    synchronized long pending() {
        return counted() - kept;
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    synchronized void keep() {
        long pending = pending();
        if (pending > 0) {
            bookkeeper.count(Total.SERVED, pending);
            kept += pending;
        }
    }

    private long counted() {
        return Optional.ofNullable(meters.find(METER).counter()).map(Counter::count).orElse(0.0).longValue();
    }
}
