package dev.strata.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.Blobs;
import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Decompresses layers to see whether they are what was said: OCI Image Specification, config.md, "Layer DiffID". */
@Component
class LayerVerifier {

    private static final Logger log = LoggerFactory.getLogger(LayerVerifier.class);

    private static final int BUFFER_BYTES = 128 * 1024;
    /** How many requests may decompress at once. It is work for the processor, of which others need some too. */
    private static final int MOST_AT_ONCE = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** Bytes, decompressed, that a request waits for. It takes a second to read them. */
    private static final long LARGEST_IN_REQUEST = 1L << 30;
    /** Up to here any ratio is believed: disks that are full of zeros shrink to nothing. */
    private static final long ANY_RATIO = 8L << 30;
    /** What gzip can reach at the most. */
    private static final long LARGEST_RATIO = 1_100;

    private final Blobs blobs;
    private final MemoryBudget memory;
    private final long maxBytes;
    private final Semaphore requests = new Semaphore(MOST_AT_ONCE, true);
    /** What was found stays so, be it true or not. Agents that ran a step at the same time commit the same layer. */
    private final Cache<Claim, Finding> found = Caffeine.newBuilder().maximumSize(5_000).build();

    private record Claim(Layer layer, Digest diffId) {}

    /** @param flaw why the claim is false; empty where it is true */
    private record Finding(Optional<Flaw> flaw) {}

    private record Flaw(Problem problem, String message, Map<String, Object> detail) {}

    LayerVerifier(Blobs blobs, MemoryBudget memory, CacheProperties properties) {
        this.blobs = blobs;
        this.memory = memory;
        this.maxBytes = properties.maxLayerSize().toBytes();
    }

    /**
     * Checks that a layer of a repository has this diff ID, as long as a request may wait for that.
     *
     * @return whether it has; false where that is left to the background, since there is too much else to decompress at
     *     the moment, or since it becomes too large
     * @throws RegistryException what {@link #verify} throws
     */
    boolean verifyNow(RepositoryName repository, Layer layer, Digest diffId) throws IOException {
        Claim claim = new Claim(layer, diffId);
        if (isKnown(claim)) {
            return true;
        }
        if (!enter()) {
            return false;
        }
        try {
            return isKnown(claim) || decide(repository, claim, LARGEST_IN_REQUEST);
        } catch (RegistryException e) {
            if (e.problem() == Problem.CONTENDED) {
                return false;
            }
            throw e;
        } finally {
            requests.release();
        }
    }

    private boolean enter() {
        try {
            return requests.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Checks the same, however long it takes. Takes a fixed amount of memory and reads no further than the limit.
     *
     * @throws RegistryException DIGEST_INVALID where it has another one, SIZE_INVALID where it becomes too large or needs
     *     too large a window, CONTENDED where others have the memory, and what {@link Blobs#get} throws where it is gone
     */
    void verify(RepositoryName repository, Layer layer, Digest diffId) throws IOException {
        Claim claim = new Claim(layer, diffId);
        if (!isKnown(claim)) {
            decide(repository, claim, Long.MAX_VALUE);
        }
    }

    /** @throws RegistryException where the claim was found to be false */
    private boolean isKnown(Claim claim) {
        Optional<Finding> known = Optional.ofNullable(found.getIfPresent(claim));
        known.flatMap(Finding::flaw).ifPresent(flaw -> {
            throw new RegistryException(flaw.problem(), flaw.message(), flaw.detail());
        });
        return known.isPresent();
    }

    /** @return false where the decision is left open after so many bytes */
    private boolean decide(RepositoryName repository, Claim claim, long atMost) throws IOException {
        try {
            boolean decided = read(repository, claim, atMost);
            if (decided) {
                found.put(claim, new Finding(Optional.empty()));
            }
            return decided;
        } catch (RegistryException e) {
            if (e.problem() == Problem.DIGEST_INVALID || e.problem() == Problem.SIZE_INVALID) {
                found.put(claim, new Finding(Optional.of(new Flaw(e.problem(), e.getMessage(), Map.copyOf(e.detail())))));
            }
            throw e;
        }
    }

    private boolean read(RepositoryName repository, Claim claim, long atMost) throws IOException {
        Layer layer = claim.layer();
        MessageDigest hash = claim.diffId().algorithm().messageDigest();
        long limit = limit(layer.size());
        try (Decompression tar =
                new Decompression(layer, blobs.get(repository, layer.digest()).openFrom(0), memory)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            long length = 0;
            for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
                length += read;
                if (length > limit) {
                    throw tooLarge(layer, limit);
                }
                if (length > atMost) {
                    return false;
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("The server stops");
                }
                hash.update(buffer, 0, read);
            }
            Digest actual = Digest.ofBytes(hash.digest());
            if (!actual.equals(claim.diffId())) {
                throw tar.beyondWindow().orElseGet(() -> other(claim.diffId(), actual));
            }
            return true;
        }
    }

    /** How large a layer may become. Someone who makes much of nothing could keep the processor busy for hours. */
    private long limit(long stored) {
        return stored > maxBytes / LARGEST_RATIO ? maxBytes : Math.min(maxBytes, Math.max(ANY_RATIO, stored * LARGEST_RATIO));
    }

    private static RegistryException tooLarge(Layer layer, long limit) {
        return new RegistryException(
                Problem.SIZE_INVALID,
                "the layer is larger, decompressed, than a layer may be",
                Map.of("digest", layer.digest().toString(), "limit", limit));
    }

    private static RegistryException other(Digest diffId, Digest actual) {
        return new RegistryException(
                Problem.DIGEST_INVALID,
                "the layer has another diff ID",
                Map.of("diff_id", diffId.toString(), "actual", actual.toString()));
    }

    /**
     * Looks at a layer's beginning, so that what cannot be verified later is refused at once.
     *
     * @throws RegistryException SIZE_INVALID where it needs too large a window to be decompressed
     */
    void requireWindow(RepositoryName repository, Layer layer) throws IOException {
        if (layer.size() <= ZstdFrames.LARGEST_WINDOW || LayerFormat.require(layer.mediaType()) != LayerFormat.ZSTD) {
            return; // it refers no further back than it is long
        }
        try (ZstdFrames frames =
                new ZstdFrames(blobs.get(repository, layer.digest()).openFrom(0), bytes -> {})) {
            frames.read();
            if (frames.largestWindow() > ZstdFrames.LARGEST_WINDOW) {
                throw Decompression.beyondWindow(layer, frames.largestWindow());
            }
        } catch (ZstdFrames.BrokenException e) {
            log.debug("The layer {} is no zstd", layer.digest(), e); // which is found out in the background
        }
    }
}
