package dev.strata.upkeep;

import dev.strata.registry.PromiseProperties;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Says at the start that the grace is so short that clients may find things gone which they were told are there. */
@Component
class GraceWarning implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(GraceWarning.class);

    private static final Duration LEAST = Duration.ofHours(1);

    private final PromiseProperties properties;
    private volatile boolean running;

    GraceWarning(PromiseProperties properties) {
        this.properties = properties;
    }

    @Override
    public void start() {
        running = true;
        if (properties.grace().compareTo(LEAST) < 0) {
            log.warn(
                    "strata.upkeep.grace is {}: a push that takes longer may find blobs gone that it was told are there",
                    properties.grace());
        }
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
