package dev.strata.cache.derivation;

import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.EntryWrites;
import dev.strata.cache.lookup.BaseImages;
import dev.strata.database.work.Work;
import dev.strata.database.work.WorkQueue;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.ChainId;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Manifest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.events.ManifestPushed;
import dev.strata.registry.manifests.Manifests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Looks at images some time after they were pushed: notes what others may stand on, and indexes their steps. The push
 * only notes that there is an image to look at.
 */
@Component
class Derivation implements Work {

    private static final String NAME = "derive-entries";
    /** In bytes. Those of real images have a tenth of it. */
    private static final int LARGEST_CONFIG = 1024 * 1024;
    /** No engine runs images with more. */
    private static final int MOST_LAYERS = 500;
    /** Entries that are written in one transaction. */
    private static final int AT_ONCE = 20;

    /** In bytes. Larger configurations take memory from the budget. */
    private static final int SMALL_CONFIG = 64 * 1024;
    /** How often an image's configuration is in memory while its history is read. */
    private static final int COPIES = 8;
    /** How often that of an image that it may stand on is. */
    private static final int COPIES_BELOW = 3;

    private static final Duration MEMORY_IS_TAKEN = Duration.ofSeconds(5);

    private final WorkQueue queue;
    private final Manifests manifests;
    private final BaseImages images;
    private final BaseTable bases;
    private final EntryReads table;
    private final DerivedEntries entries;
    private final MemoryBudget memory;

    Derivation(
            WorkQueue queue,
            Manifests manifests,
            BaseImages images,
            BaseTable bases,
            EntryReads table,
            DerivedEntries entries,
            MemoryBudget memory) {
        this.queue = queue;
        this.manifests = manifests;
        this.images = images;
        this.bases = bases;
        this.table = table;
        this.entries = entries;
        this.memory = memory;
    }

    @Override
    public String name() {
        return NAME;
    }

    @EventListener
    void note(ManifestPushed pushed) {
        if (pushed.settled() && pushed.manifest() instanceof Manifest.Image image && isOfModestSize(image.blobs())) {
            queue.add(NAME, pushed.repository() + "@" + pushed.digest());
        }
    }

    /** @param blobs the configuration, and then the layers */
    private static boolean isOfModestSize(List<Descriptor> blobs) {
        return blobs.size() > 1
                && blobs.size() <= MOST_LAYERS + 1
                && blobs.getFirst().size() <= LARGEST_CONFIG;
    }

    @Override
    public Outcome doNext(Item item) {
        try {
            look(item);
            return new Outcome.Done();
        } catch (RegistryException e) {
            if (e.problem() == Problem.CONTENDED) {
                return new Outcome.Later(MEMORY_IS_TAKEN);
            }
            throw e;
        }
    }

    private void look(Item item) {
        int at = item.subject().indexOf('@');
        RepositoryName repository = RepositoryName.of(item.subject().substring(0, at));
        Optional<Long> repositoryId = table.repository(repository);
        Optional<Manifest.Image> manifest = find(repository, Digest.of(item.subject().substring(at + 1)));
        if (repositoryId.isPresent() && manifest.isPresent()) {
            Descriptor config = manifest.get().blobs().getFirst();
            // Before anything is read or locked: nobody waits for memory with a lock.
            try (Share _ = memory.take(memoryFor(config.size()), "images to look at")) {
                images.read(repository, manifest.get())
                        .ifPresent(image -> index(repository, repositoryId.get(), image, config.digest()));
            }
        }
    }

    /** An image's history is read with the configurations below it, whose histories are parts of it. */
    private static long memoryFor(long configSize) {
        return configSize <= SMALL_CONFIG ? 0 : configSize * (COPIES + COPIES_BELOW * BaseTable.MOST_CONFIGS);
    }

    private Optional<Manifest.Image> find(RepositoryName repository, Digest digest) {
        try {
            return manifests.read(manifests.get(repository, digest)) instanceof Manifest.Image image
                    ? Optional.of(image)
                    : Optional.empty();
        } catch (RegistryException e) {
            if (e.problem() == Problem.CONTENDED) {
                throw e;
            }
            return Optional.empty(); // deleted meanwhile
        }
    }

    private void index(RepositoryName repository, long repositoryId, BaseImages.Image image, Digest config) {
        List<Optional<ChainId>> chains = chains(image.config());
        bases.insert(repositoryId, chains.getLast().orElseThrow(), config);
        List<ImageConfig> known = bases.below(repositoryId, chains.subList(0, chains.size() - 1)).stream()
                .flatMap(below -> read(repository, below).stream())
                .filter(below -> HistoryReplay.standsOn(image.config(), below))
                .toList();
        List<EntryWrites.NewEntry> found = entries.of(repositoryId, image, chains, known);
        for (int from = 0; from < found.size(); from += AT_ONCE) {
            entries.record(found.subList(from, Math.min(found.size(), from + AT_ONCE)));
        }
    }

    /** The stacks that an image's layers make, from scratch on. */
    private static List<Optional<ChainId>> chains(ImageConfig config) {
        List<Optional<ChainId>> chains = new ArrayList<>(List.of(Optional.empty()));
        for (Digest diffId : config.diffIds()) {
            chains.add(Optional.of(ChainId.above(chains.getLast(), diffId)));
        }
        return chains;
    }

    private Optional<ImageConfig> read(RepositoryName repository, Digest config) {
        try {
            return Optional.of(images.config(repository, config));
        } catch (RegistryException e) {
            return Optional.empty(); // deleted meanwhile
        }
    }
}
