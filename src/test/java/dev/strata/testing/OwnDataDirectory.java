package dev.strata.testing;

import java.nio.file.Path;
import java.util.UUID;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Gives each registry a new data directory, below the build's own. Tests ask the cache for the same few steps, so that only
 * the repositories below {@code shared} share it.
 */
public final class OwnDataDirectory implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    /** A data directory that nobody has. */
    public static Path create() {
        return Path.of("target", "test-data", UUID.randomUUID().toString());
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        TestPropertyValues.of("strata.data-dir=" + create(), "strata.cache.share=shared/**").applyTo(context);
    }
}
