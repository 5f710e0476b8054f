package dev.strata.storage;

import java.io.IOException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Ready is who can write a byte and read it again, and has not seen the disk fail. */
@Component
class StorageHealthIndicator implements HealthIndicator {

    private final BlobStore store;

    StorageHealthIndicator(BlobStore store) {
        this.store = store;
    }

    @Override
    public Health health() {
        try {
            store.probe();
            return Health.up().build();
        } catch (IOException e) {
            return Health.down(e).build();
        }
    }
}
