package dev.strata.cache.verification;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.cache.CacheProperties;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.layerfiles.LayerListing;
import dev.strata.cache.layerfiles.LayerTables;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
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

/**
 * Decompresses layers to see whether they are what was said: OCI Image Specification, config.md, "Layer DiffID". What
 * files a layer has is noted on the way.
 */
@Component
public class LayerVerifier {

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
    private final LayerTables tables;
    private final long maxBytes;
    private final Semaphore requests = new Semaphore(MOST_AT_ONCE, true);
    /** What was found of a layer stays so, whatever is said of it. Agents that ran a step at once commit the same layer. */
    private final Cache<Content, Finding> found = Caffeine.newBuilder().maximumSize(5_000).build();

    /** @param algorithm that of the diff ID */
    private record Content(Layer layer, DigestAlgorithm algorithm) {}

    private sealed interface Finding {

        record Actual(Digest diffId) implements Finding {}

        /** Why it can have no diff ID here. */
        record Flaw(Problem problem, String message, Map<String, Object> detail) implements Finding {}
    }

    LayerVerifier(Blobs blobs, MemoryBudget memory, LayerTables tables, CacheProperties properties) {
        this.blobs = blobs;
        this.memory = memory;
        this.tables = tables;
        this.maxBytes = properties.maxLayerSize().toBytes();
    }

    /**
     * Checks that a layer of a repository has this diff ID, as long as a request may wait for that.
     *
     * @return whether it has; false where that is left to the background, since there is too much else to decompress at
     *     the moment, or since it becomes too large
     * @throws RegistryException what {@link #verify} throws
     */
    public boolean verifyNow(RepositoryName repository, Layer layer, Digest diffId) throws IOException {
        Content content = new Content(layer, diffId.algorithm());
        if (isKnown(content, diffId)) {
            return true;
        }
        if (!enter()) {
            return false;
        }
        try {
            return isKnown(content, diffId) || isFound(find(repository, content, LARGEST_IN_REQUEST), diffId);
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
    public void verify(RepositoryName repository, Layer layer, Digest diffId) throws IOException {
        Content content = new Content(layer, diffId.algorithm());
        if (!isKnown(content, diffId)) {
            require(find(repository, content, Long.MAX_VALUE).orElseThrow(), diffId);
        }
    }

    /**
     * Reads a layer for the sake of its table of contents, as long as a request may wait for that. The table is not there
     * after it where the layer is not, where there is too much else to decompress, and where it is not understood.
     *
     * @param algorithm that of the diff ID by which it is looked for
     */
    public void list(RepositoryName repository, Layer layer, DigestAlgorithm algorithm) throws IOException {
        if (!enter()) {
            return;
        }
        try {
            find(repository, new Content(layer, algorithm), LARGEST_IN_REQUEST);
        } catch (RegistryException e) {
            log.debug("The files of the layer {} are not listed", layer.digest(), e);
        } finally {
            requests.release();
        }
    }

    private static boolean isFound(Optional<Finding> finding, Digest diffId) {
        finding.ifPresent(known -> require(known, diffId));
        return finding.isPresent();
    }

    /** @throws RegistryException where it is known that the layer has no such diff ID */
    private boolean isKnown(Content content, Digest diffId) {
        Optional<Finding> known = Optional.ofNullable(found.getIfPresent(content));
        known.ifPresent(finding -> require(finding, diffId));
        return known.isPresent();
    }

    private static void require(Finding finding, Digest diffId) {
        switch (finding) {
            case Finding.Flaw(Problem problem, String message, var detail) ->
                throw new RegistryException(problem, message, detail);
            case Finding.Actual(Digest actual) -> {
                if (!actual.equals(diffId)) {
                    throw other(diffId, actual);
                }
            }
        }
    }

    /** Finds out what a layer is; empty where that is left open after so many bytes. */
    private Optional<Finding> find(RepositoryName repository, Content content, long atMost) throws IOException {
        Optional<Finding> finding;
        try {
            finding = diffId(repository, content, atMost).map(Finding.Actual::new);
        } catch (RegistryException e) {
            if (e.problem() != Problem.DIGEST_INVALID && e.problem() != Problem.SIZE_INVALID) {
                throw e;
            }
            finding = Optional.of(new Finding.Flaw(e.problem(), e.getMessage(), Map.copyOf(e.detail())));
        }
        finding.ifPresent(known -> found.put(content, known));
        return finding;
    }

    private Optional<Digest> diffId(RepositoryName repository, Content content, long atMost) throws IOException {
        Layer layer = content.layer();
        MessageDigest hash = content.algorithm().messageDigest();
        long limit = limit(layer.size());
        Optional<LayerListing> files = tables.begin(layer.digest());
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
                    return Optional.empty();
                }
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("The server stops");
                }
                hash.update(buffer, 0, read);
                accept(files, buffer, read);
            }
            Digest diffId = Digest.ofBytes(hash.digest());
            files.ifPresent(listing -> listing.complete(diffId));
            return Optional.of(diffId);
        } finally {
            files.ifPresent(LayerListing::close);
        }
    }

    private static void accept(Optional<LayerListing> files, byte[] buffer, int length) {
        files.ifPresent(listing -> listing.accept(buffer, length));
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
    public void requireWindow(RepositoryName repository, Layer layer) throws IOException {
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
