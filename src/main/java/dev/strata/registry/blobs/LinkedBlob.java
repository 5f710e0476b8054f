package dev.strata.registry.blobs;

import dev.strata.storage.StoredBlob;
import java.time.Instant;

/**
 * A blob as a repository has it.
 *
 * @param promisedAt when somebody was told last that it is there
 */
record LinkedBlob(long id, StoredBlob stored, Instant promisedAt) {}
