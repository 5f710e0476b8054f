package dev.strata.upkeep.retention.plans;

import dev.strata.oci.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An image of a plan, as it is shown.
 *
 * @param tags the first of them
 * @param bytes that go with it and with those before it
 * @param outcome of a run: whether it went or stayed; empty where it has not run
 * @param because why it stayed
 */
public record ListedImage(
        long id,
        String repository,
        Digest digest,
        List<String> tags,
        Instant pushedAt,
        Optional<Instant> pulledAt,
        Verdict verdict,
        long bytes,
        Optional<Boolean> outcome,
        Optional<String> because) {}
