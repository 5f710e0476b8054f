package dev.strata.storage.bucket;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Measures the requests to the store, and counts how often one of them was sent. */
final class RequestTimes implements ExecutionInterceptor {

    private final MeterRegistry meters;
    private final Counter attempts;

    RequestTimes(MeterRegistry meters) {
        this.meters = meters;
        this.attempts = Counter.builder("strata.store.attempts")
                .description("Requests that were sent to the store, repeated ones among them")
                .register(meters);
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        attempts.increment();
    }

    void record(String operation, boolean answered, long nanos) {
        Timer.builder("strata.store.requests")
                .description("What the store was asked, and how long that took with all attempts")
                .tag("operation", operation)
                .tag("outcome", answered ? "answered" : "failed")
                .register(meters)
                .record(nanos, TimeUnit.NANOSECONDS);
    }
}
