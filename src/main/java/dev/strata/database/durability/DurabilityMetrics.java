package dev.strata.database.durability;

import dev.strata.storage.directory.Disk;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** What somebody should look into: none of it goes away by itself. */
@Component
class DurabilityMetrics implements MeterBinder {

    private final CommitDurability durability;
    private final Disk disk;

    DurabilityMetrics(CommitDurability durability, Disk disk) {
        this.durability = durability;
        this.disk = disk;
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        Gauge.builder("strata.journal.damaged", durability, CommitDurability::damagedFiles)
                .description("Files of the journal that were found damaged and are kept in the data directory")
                .register(meters);
        Gauge.builder("strata.journal.set.aside", durability, CommitDurability::setAside)
                .description("Changes that could not be made again at a start and are kept in the data directory")
                .register(meters);
        Gauge.builder("strata.disk.failed", disk, failing -> failing.failure().isPresent() ? 1 : 0)
                .description("1 after a write to the disk failed such that no more are acknowledged before a restart")
                .register(meters);
    }
}
