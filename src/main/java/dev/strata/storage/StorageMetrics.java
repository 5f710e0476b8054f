package dev.strata.storage;

import dev.strata.storage.directory.DataDirectory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** How the disk and the uploads stand. */
@Component
class StorageMetrics implements MeterBinder {

    private final BlobStore store;
    private final DataDirectory directory;

    StorageMetrics(BlobStore store, DataDirectory directory) {
        this.store = store;
        this.directory = directory;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("strata.uploads", store, BlobStore::uploads)
                .description("Upload sessions that are open")
                .register(meters);
        Gauge.builder("strata.storage.free", directory, data -> data.root().toFile().getUsableSpace())
                .description("Bytes that are free on the disk of the data directory")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("strata.storage.total", directory, data -> data.root().toFile().getTotalSpace())
                .description("Bytes that the disk of the data directory has")
                .baseUnit("bytes")
                .register(meters);
    }
}
