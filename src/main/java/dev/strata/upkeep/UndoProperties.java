package dev.strata.upkeep;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be taken back.
 *
 * @param undo for how long; nothing at all where it is 0
 */
@ConfigurationProperties("strata.upkeep")
public record UndoProperties(@DefaultValue("7d") Duration undo) {

    public UndoProperties {
        if (undo.isNegative()) {
            throw new IllegalArgumentException("strata.upkeep.undo must not be negative");
        }
    }

    public boolean isOff() {
        return undo.isZero();
    }
}
