package dev.strata.cache.layerfiles;

import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The tables of contents of layers: which files each adds or takes away. Not every layer has one. */
@Component
public class LayerTables {

    /** What writing one takes: a part, twice, and headers that go on. */
    private static final long MEMORY = 1024 * 1024;

    private final LayerTableRows rows;
    private final MemoryBudget memory;

    LayerTables(LayerTableRows rows, MemoryBudget memory) {
        this.rows = rows;
        this.memory = memory;
    }

    /** Begins the table of a layer; empty where it has one, and while others have the memory. */
    public Optional<LayerListing> begin(Digest layer) {
        Optional<Long> blob = rows.blob(layer).filter(id -> !rows.isThere(id));
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        MemoryBudget.Share share = memory.take(0, "layers");
        if (!share.growIfSpare(MEMORY)) {
            share.close();
            return Optional.empty();
        }
        return Optional.of(new LayerListing(rows, blob.get(), layer, share));
    }

    /** Whether a layer that the repository has has a table. */
    public boolean has(long repositoryId, Digest diffId) {
        return rows.find(repositoryId, diffId).isPresent();
    }

    /** How many entries a layer has that the repository has; empty where it has no table. */
    public Optional<Long> entries(long repositoryId, Digest diffId) {
        return rows.find(repositoryId, diffId).map(LayerTableRows.Whole::entries);
    }

    /**
     * Some entries of a layer that the repository has; empty where it has no table.
     *
     * @param place where they begin, as the page before said; 0 at the beginning
     */
    public Optional<FilePage> page(long repositoryId, Digest diffId, long place, int size) {
        return find(repositoryId, diffId).map(table -> FilePage.of(table, place, size));
    }

    /** The table of a layer that a repository has. */
    Optional<LayerTable> find(long repositoryId, Digest diffId) {
        return rows.find(repositoryId, diffId)
                .map(whole -> new LayerTable(
                        whole.entries(), whole.pieces(), number -> rows.piece(whole.blobId(), number)));
    }
}
