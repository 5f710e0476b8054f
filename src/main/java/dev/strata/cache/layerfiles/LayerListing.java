package dev.strata.cache.layerfiles;

import dev.strata.cache.layerfiles.TarHeader.UnclearException;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Writes the table of contents of a layer while somebody reads the layer for another reason. That it cannot be written is
 * no reason for the other not to go on: then the layer has none.
 */
public final class LayerListing implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LayerListing.class);

    /** Entries of a layer. */
    private static final long MOST_ENTRIES = 1_000_000;
    /** Parts of a table. They have some 60 bytes of each entry. */
    private static final int MOST_PIECES = 1_000;

    private final LayerTableRows rows;
    private final long blobId;
    private final Digest layer;
    private final MemoryBudget.Share memory;
    private final TarEntries tar = new TarEntries(this::add);
    private final TablePiece piece = new TablePiece();
    private long entries;
    private int pieces;
    private boolean isGivenUp;

    LayerListing(LayerTableRows rows, long blobId, Digest layer, MemoryBudget.Share memory) {
        this.rows = rows;
        this.blobId = blobId;
        this.layer = layer;
        this.memory = memory;
    }

    /** Takes the next bytes of the layer's tar. */
    public void accept(byte[] bytes, int length) {
        if (!isGivenUp) {
            attempt(() -> tar.accept(bytes, length));
        }
    }

    /**
     * The layer is read to its end.
     *
     * @param diffId what its tar has turned out to be
     */
    public void complete(Digest diffId) {
        if (!isGivenUp) {
            attempt(() -> {
                tar.end();
                writePiece();
                if (!isGivenUp) {
                    rows.writeWhole(new LayerTableRows.Whole(blobId, pieces, entries), diffId);
                }
            });
        }
    }

    private interface Attempt {
        void run() throws UnclearException;
    }

    private void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (UnclearException e) {
            giveUp(e.getMessage());
        } catch (DataAccessException e) {
            log.debug("The files of the layer {} cannot be written", layer, e); // its blob may have gone
            isGivenUp = true;
        }
    }

    private void giveUp(String why) {
        log.debug("The files of the layer {} are not listed: {}", layer, why);
        isGivenUp = true;
    }

    private void add(LayerFile file) {
        if (isGivenUp) {
            return;
        }
        piece.add(file);
        entries++;
        if (entries > MOST_ENTRIES) {
            giveUp("there are too many");
        } else if (piece.isFull()) {
            writePiece();
        }
    }

    private void writePiece() {
        if (piece.isEmpty()) {
            return;
        }
        if (pieces == MOST_PIECES) {
            giveUp("their names are too long");
            return;
        }
        rows.writePiece(blobId, pieces, piece.take());
        pieces++;
    }

    @Override
    public void close() {
        memory.close();
    }
}
