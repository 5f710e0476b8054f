package dev.strata.cache.layerfiles;

import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The table of contents of one layer, in the order of its tar. It is read a part at a time.
 *
 * @param entries how many entries it has
 * @param pieces how many parts
 * @param source gives a part by its number; none where the layer has gone meanwhile
 */
record LayerTable(long entries, int pieces, IntFunction<Optional<byte[]>> source) {

    /** Has all entries read; says whether that came to its end: the reader may stop, and the layer may go meanwhile. */
    boolean read(TablePiece.Reader reader) {
        for (int number = 0; number < pieces; number++) {
            Optional<byte[]> piece = source.apply(number);
            if (piece.isEmpty() || !TablePiece.read(piece.get(), reader)) {
                return false;
            }
        }
        return true;
    }
}
