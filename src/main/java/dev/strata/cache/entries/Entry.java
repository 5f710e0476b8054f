package dev.strata.cache.entries;

import dev.strata.cache.Scope;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.step.StepKey;
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

    private static final int TAG_DIGITS = 32;

    /** Bytes of the layer, 0 where there is none. */
    public long size() {
        return layer.map(Layer::size).orElse(0L);
    }

    /** How long it has been known, 0 or more even if the clock was put back. */
    public Duration age(Instant now) {
        Duration age = Duration.between(createdAt, now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** The same, verified or not. */
    Entry as(boolean verified) {
        return new Entry(
                key, scope, layer, diffId, chainId, execMs, builder, source, verified, createdAt, hits, lastHitAt);
    }

    /**
     * Its entity tag without quotes: another result of the same step has another one. Hits and verification do not
     * change it, so that whoever replaces an entry does not lose to its readers.
     */
    public String tag() {
        String result = layer.map(added -> added.digest().hex().substring(0, TAG_DIGITS)).orElse("none");
        return result + "-" + Long.toHexString(createdAt.toEpochMilli()) + "-" + scope;
    }
}
