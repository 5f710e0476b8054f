package dev.strata.upkeep.scrub;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How often all content is read again.
 *
 * @param scrub from the beginning of one time to the next; 0 for never
 * @param scrubRate how many bytes are read in a second at the most
 */
@ConfigurationProperties("strata.upkeep")
record ScrubProperties(@DefaultValue("30d") Duration scrub, @DefaultValue("20MB") DataSize scrubRate) {

    ScrubProperties {
        if (scrub.isNegative()) {
            throw new IllegalArgumentException("strata.upkeep.scrub must not be negative");
        }
        if (scrubRate.toBytes() <= 0) {
            throw new IllegalArgumentException("strata.upkeep.scrub-rate must be more than nothing");
        }
    }
}
