package dev.strata.upkeep;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When images are removed by rules, and what counts for that.
 *
 * @param retentionFile the rules; absent where they are kept in the database
 * @param retentionEvery how often the rules run by themselves; 0 for never
 * @param retentionCap how much of a repository's images a run may remove, in percent
 * @param retentionIgnoredAgents whose pulls do not count: patterns of user agents
 * @param retentionIgnoredCallers whose pulls do not count, as grants write them: patterns such as {@code robot:scanner}
 */
@ConfigurationProperties("strata.upkeep")
public record RetentionProperties(
        @Nullable Path retentionFile,
        @DefaultValue("1d") Duration retentionEvery,
        @DefaultValue("50") int retentionCap,
        @DefaultValue List<String> retentionIgnoredAgents,
        @DefaultValue List<String> retentionIgnoredCallers) {

    public RetentionProperties {
        if (retentionEvery.isNegative()) {
            throw new IllegalArgumentException("strata.upkeep.retention-every must not be negative");
        }
        if (retentionCap < 1 || retentionCap > 100) {
            throw new IllegalArgumentException("strata.upkeep.retention-cap is a percentage from 1 to 100");
        }
        retentionIgnoredAgents = List.copyOf(retentionIgnoredAgents);
        retentionIgnoredCallers = List.copyOf(retentionIgnoredCallers);
    }
}
