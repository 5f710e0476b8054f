package dev.strata.registry;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a client may rely on an answer.
 *
 * @param grace how long a blob stays that a client was told is there, whether anything names it or not
 */
@ConfigurationProperties("strata.upkeep")
public record PromiseProperties(@DefaultValue("24h") Duration grace) {

    public PromiseProperties {
        if (!grace.isPositive()) {
            throw new IllegalArgumentException("strata.upkeep.grace must be longer than nothing");
        }
    }
}
