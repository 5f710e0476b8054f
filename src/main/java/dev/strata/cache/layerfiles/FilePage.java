package dev.strata.cache.layerfiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Some entries of a layer, in the order of its tar.
 *
 * @param files these entries
 * @param next the place where the next page begins; empty at the end
 */
public record FilePage(List<LayerFile> files, Optional<Long> next) {

    /** A part has fewer entries; a place is the number of a part times this, and how many of its entries come before. */
    private static final long IN_A_PIECE = 100_000;

    static FilePage of(LayerTable table, long place, int size) {
        List<LayerFile> files = new ArrayList<>();
        for (long number = place / IN_A_PIECE; number < table.pieces(); number++) {
            long skipped = number == place / IN_A_PIECE ? place % IN_A_PIECE : 0;
            long[] seen = {0};
            Optional<byte[]> piece = table.source().apply((int) number);
            boolean isWhole = piece.isPresent()
                    && TablePiece.read(piece.get(), file -> {
                        if (seen[0] >= skipped && files.size() == size) {
                            return false;
                        }
                        if (seen[0]++ >= skipped) {
                            files.add(file);
                        }
                        return true;
                    });
            if (!isWhole) {
                long next = number * IN_A_PIECE + seen[0];
                return new FilePage(files, piece.map(any -> next));
            }
        }
        return new FilePage(files, Optional.empty());
    }
}
