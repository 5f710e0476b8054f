package dev.strata.storage;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the data lies, and how much room it must leave.
 *
 * @param dataDir the directory that holds everything: blobs, uploads and the embedded database
 * @param minFree room on the disk that pushes leave free, for the database and for everyone else on that disk; less
 *     than 64 MB counts as that much
 * @param uploadIdleTimeout how long an upload session lives after its last byte
 */
@ConfigurationProperties("strata")
public record StorageProperties(
        @DefaultValue("data") Path dataDir,
        @DefaultValue("256MB") DataSize minFree,
        @DefaultValue("24h") Duration uploadIdleTimeout) {

    /** What the embedded database needs to write what it has taken, or it closes itself. */
    private static final DataSize LEAST_FREE = DataSize.ofMegabytes(64);

    public StorageProperties {
        if (minFree.isNegative()) {
            throw new IllegalArgumentException("strata.min-free must not be negative");
        }
        if (!uploadIdleTimeout.isPositive()) {
            throw new IllegalArgumentException("strata.upload-idle-timeout must be longer than nothing");
        }
        minFree = minFree.compareTo(LEAST_FREE) < 0 ? LEAST_FREE : minFree;
        dataDir = dataDir.toAbsolutePath().normalize();
    }
}
