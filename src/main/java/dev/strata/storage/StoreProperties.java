package dev.strata.storage;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where blobs are.
 *
 * @param kind the data directory, or a bucket
 */
@ConfigurationProperties("strata.storage")
public record StoreProperties(@DefaultValue("file-system") StorageKind kind) {}
