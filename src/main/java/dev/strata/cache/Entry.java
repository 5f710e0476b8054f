package dev.strata.cache;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.MediaType;
import dev.strata.step.StepKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What came out of a step.
 *
 * @param key the step's identity
 * @param scope where it is known
 * @param layer what it added; empty where it changed nothing
 * @param diffId the digest of the layer's uncompressed tar
 * @param chainId the stack that it ends on; empty on scratch
 * @param execMs how long it ran, in milliseconds
 * @param builder who ran it; empty where that is not known
 * @param source where the entry comes from
 * @param verified whether the layer was found to have the diff ID
 * @param createdAt when it came to be known
 * @param hits how often it was used
 * @param lastHitAt when it was used last
 */
public record Entry(
        StepKey key,
        Scope scope,
        Optional<Layer> layer,
        Optional<Digest> diffId,
        Optional<ChainId> chainId,
        long execMs,
        String builder,
        EntrySource source,
        boolean verified,
        Instant createdAt,
        long hits,
        Optional<Instant> lastHitAt) {

    /** What an answer names is kept for this long at the least. */
    public static final Duration KEPT = Duration.ofHours(1);

    /** Bytes of the layer, 0 where there is none. */
    public long size() {
        return layer.map(Layer::size).orElse(0L);
    }

    /** How long it has been known, 0 or more even if the clock was put back. */
    public Duration age(Instant now) {
        Duration age = Duration.between(createdAt, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /**
     * Its entity tag without quotes: another result has another one. Hits and verification do not change it, so that
     * whoever replaces an entry does not lose to its readers.
     */
    public String tag() {
        String what = key + " " + scope + " " + layer.map(Layer::digest).map(Digest::hex).orElse("")
                + " " + layer.map(Layer::mediaType).map(MediaType::value).orElse("")
                + " " + diffId.map(Digest::hex).orElse("") + " " + createdAt.toEpochMilli();
        return Digest.ofContent(DigestAlgorithm.SHA256, what.getBytes(StandardCharsets.UTF_8))
                .hex()
                .substring(0, 32);
    }
}
