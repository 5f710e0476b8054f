package dev.strata.cache.exports;

import dev.strata.cache.CacheProperties;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.blobs.Chunk;
import dev.strata.registry.blobs.Uploads;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.manifests.StoredManifest;
import dev.strata.registry.pushes.Pushes;
import dev.strata.storage.BlobContent;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Adds what a builder exported to what its tag has. The sum is a manifest like any other, and the tag is moved to it only from
 * what it was made of: of two that are made at once, one is made again.
 */
@Component
class ExportMerges {

    private static final Logger log = LoggerFactory.getLogger(ExportMerges.class);

    /** Others can come between, but not for ever. */
    private static final int ATTEMPTS = 10;
    /** So many times within the time to live it is noted that somebody exported something again. */
    private static final int TIMES_NOTED = 30;

    private final Manifests manifests;
    private final Blobs blobs;
    private final Uploads uploads;
    private final Pushes pushes;
    private final CacheProperties properties;
    private final MemoryBudget memory;
    private final MeterRegistry meters;
    private final Clock clock;

    ExportMerges(
            Manifests manifests,
            Blobs blobs,
            Uploads uploads,
            Pushes pushes,
            CacheProperties properties,
            MemoryBudget memory,
            MeterRegistry meters,
            Clock clock) {
        this.manifests = manifests;
        this.blobs = blobs;
        this.uploads = uploads;
        this.pushes = pushes;
        this.properties = properties;
        this.memory = memory;
        this.meters = meters;
        this.clock = clock;
    }

    /** A cache as a manifest of a repository has it. */
    private record Cache(Digest digest, CacheManifest manifest) {}

    /**
     * Adds an export to a tag of its repository. One that is not as it should be is left out, and so is one that was deleted, or
     * whose tag was.
     *
     * @return the sums that somebody has to delete when nobody needs them: the new one, and that in whose place it is
     * @throws RegistryException CONTENDED where it has to be done later, and as a push of a manifest
     */
    List<Digest> merge(RepositoryName repository, Tag tag, Digest digest) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Cache> exported = find(repository, digest);
            Optional<Cache> there = find(repository, tag);
            if (exported.isEmpty() || there.isEmpty() || there.get().digest().equals(digest)) {
                return List.of();
            }
            try (Share share = memory.take(0, "exported caches")) {
                Optional<Digest> sum = merge(repository, tag, exported.get(), there.get(), share);
                count(sum.isPresent() ? "merged" : "refused");
                Stream<Digest> before = there.filter(cache -> cache.manifest().isUnion()).map(Cache::digest).stream();
                return sum.map(made -> Stream.concat(Stream.of(made), before).toList()).orElse(List.of());
            } catch (RegistryException e) {
                if (e.problem() != Problem.PRECONDITION_FAILED) {
                    throw e;
                }
                log.debug("{} of {} was moved meanwhile", tag, repository, e);
            }
        }
        throw new RegistryException(
                Problem.CONTENDED,
                "the tag is being moved again and again",
                Map.of("name", repository.value(), "tag", tag.name()));
    }

    private void count(String result) {
        meters.counter("strata.cache.exports", "result", result).increment();
    }

    private Optional<Cache> find(RepositoryName repository, Reference reference) {
        try {
            StoredManifest stored = manifests.get(repository, reference);
            return CacheManifest.of(manifests.read(stored)).map(manifest -> new Cache(stored.digest(), manifest));
        } catch (RegistryException e) {
            if (e.problem() == Problem.MANIFEST_UNKNOWN || e.problem() == Problem.NAME_UNKNOWN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The new sum that the tag points at; empty where it stays where it is. */
    private Optional<Digest> merge(RepositoryName repository, Tag tag, Cache exported, Cache there, Share share) throws IOException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        // Of what is there first: nobody changes what is said of a layer that others use.
        Map<Digest, Descriptor> layers = new HashMap<>(usable(repository, there));
        Map<Digest, Descriptor> own = usable(repository, exported);
        own.forEach(layers::putIfAbsent);
        LayerStacks stacks = new LayerStacks();
        List<BuildRecord> records =
                read(repository, exported, new ExportReader(stacks, own.keySet(), now), now, share).orElse(List.of());
        if (records.isEmpty()) {
            return Optional.empty();
        }
        List<BuildRecord> before = read(repository, there, new ExportReader(stacks, layers.keySet(), now), now, share)
                .orElse(List.of());
        ExportWriter writer = new ExportWriter(layers);
        ExportLimits limits = ExportLimits.of(properties.mergeBudget().toBytes(), now.minus(properties.ttl()));
        List<BuildRecord> taken = limits.share(records, before, writer);
        ExportWriter.Written written = writer.write(new RecordUnion(before).with(taken, now), limits);
        boolean isIndex = exported.manifest().isIndex() || there.manifest().isIndex();
        if (saysTheSame(there.manifest(), written, isIndex, now)) {
            return Optional.of(there.digest());
        }
        push(repository, written.config());
        return Optional.of(pushes.replace(
                repository,
                tag,
                there.digest(),
                CacheManifest.mediaType(isIndex),
                CacheManifest.write(written, isIndex)));
    }

    /** Builds that change nothing export their caches too: most of those make no new sum. */
    private boolean saysTheSame(CacheManifest there, ExportWriter.Written written, boolean isIndex, Instant now) {
        Instant newest = there.exportedAt(now).apply(0);
        return there.isUnion()
                && there.isIndex() == isIndex
                && there.config().digest().equals(Digest.ofContent(DigestAlgorithm.SHA256, written.config()))
                && newest.plus(properties.ttl().dividedBy(TIMES_NOTED)).isAfter(now);
    }

    /** The layers that a builder can pull, which stay for the grace now. */
    private Map<Digest, Descriptor> usable(RepositoryName repository, Cache cache) throws IOException {
        Map<Digest, Descriptor> layers = cache.manifest().layers();
        Map<Digest, Long> sizes = blobs.promiseAll(repository, layers.keySet());
        layers.values().removeIf(layer -> !Long.valueOf(layer.size()).equals(sizes.get(layer.digest())));
        return layers;
    }

    /** The records of a cache; empty where it is none. */
    private Optional<List<BuildRecord>> read(
            RepositoryName repository, Cache cache, ExportReader reader, Instant now, Share share) throws IOException {
        try {
            byte[] config = content(repository, cache.manifest().config());
            share.grow(CacheManifest.memory(config));
            return Optional.of(reader.read(config, cache.manifest().exportedAt(now)));
        } catch (RegistryException e) {
            if (e.problem() != Problem.CONFIG_INVALID && e.problem() != Problem.BLOB_UNKNOWN) {
                throw e;
            }
            log.info("{} of {} is no cache that can be read: {}", cache.digest(), repository, e.getMessage());
            return Optional.empty();
        }
    }

    private byte[] content(RepositoryName repository, Descriptor config) throws IOException {
        BlobContent content = blobs.get(repository, config.digest());
        if (content.size() > ExportLimits.LARGEST_READ) {
            throw new RegistryException(
                    Problem.CONFIG_INVALID, "no builder reads a cache of this size", Map.of("size", content.size()));
        }
        try (InputStream in = content.openFrom(0)) {
            return in.readAllBytes();
        }
    }

    private void push(RepositoryName repository, byte[] config) throws IOException {
        Digest digest = Digest.ofContent(DigestAlgorithm.SHA256, config);
        uploads.push(
                repository,
                "",
                digest,
                new Chunk(OptionalLong.of(0), config.length, new ByteArrayInputStream(config)));
    }
}
