package dev.strata.cache.layerfiles;

import dev.strata.cache.layerfiles.TarHeader.UnclearException;
import dev.strata.memory.MemoryBudget;
import dev.strata.testing.TestTar;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Layers upon each other, the lowest first, and what is copied from them. */
record StackedLayers(List<LayerTable> tables, boolean isWhole) {

    private static final MemoryBudget MEMORY =
            new MemoryBudget(64 * 1024 * 1024, Duration.ofSeconds(1), new SimpleMeterRegistry());

    static StackedLayers of(TestTar... layers) {
        return new StackedLayers(List.of(layers).stream().map(StackedLayers::table).toList(), true);
    }

    /** The same without the lowest layers, which are not known. */
    StackedLayers knownFrom(int lowest) {
        return new StackedLayers(tables.subList(lowest, tables.size()), false);
    }

    private static LayerTable table(TestTar tar) {
        TablePiece piece = new TablePiece();
        List<byte[]> pieces = new ArrayList<>();
        List<LayerFile> found = new ArrayList<>();
        byte[] bytes = tar.bytes();
        try {
            TarEntries entries = new TarEntries(found::add);
            entries.accept(bytes, bytes.length);
            entries.end();
        } catch (UnclearException e) {
            throw new IllegalArgumentException(e);
        }
        for (LayerFile file : found) {
            piece.add(file);
            if (found.indexOf(file) % 7 == 6) {
                pieces.add(piece.take());
            }
        }
        pieces.add(piece.take());
        return new LayerTable(found.size(), pieces.size(), number -> Optional.of(pieces.get(number)));
    }

    /** The digest of what is copied; empty where it is not certain. */
    Optional<CopiedFiles> copy(String... sources) {
        try (ReadLimit limit = new ReadLimit(MEMORY)) {
            return Optional.of(CopiedFiles.of(
                    new CopySources(tables.reversed(), isWhole, limit).find(List.of(sources))));
        } catch (UnclearFilesException e) {
            return Optional.empty();
        }
    }
}
