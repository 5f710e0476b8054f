package dev.strata.cache.layerfiles;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a stack of layers has at the paths that are wanted, as overlayfs shows it: the upper layer counts before the lower
 * one. Only what is certain: where layers are not known, what lies below them must not show through.
 */
final class MergedFiles {

    private final TreeMap<String, LayerFile> files = new TreeMap<>();
    /** What upper layers took away, with all that lower ones have below. */
    private final Set<String> removed = new HashSet<>();
    /** Paths below which nothing of lower layers shows through. */
    private final Set<String> emptied = new HashSet<>();
    /** Directories that upper layers have files in without naming them: the next layer that does has to have them as such. */
    private final Set<String> expected = new HashSet<>();
    private final boolean isWhole;

    private MergedFiles(boolean isWhole) {
        this.isWhole = isWhole;
    }

    /**
     * Reads them.
     *
     * @param tables those of the layers, the topmost first
     * @param isWhole whether these are all layers; otherwise those at the bottom are not known
     */
    static MergedFiles read(List<LayerTable> tables, boolean isWhole, Set<WantedPath> wanted, ReadLimit limit)
            throws UnclearFilesException {
        MergedFiles merged = new MergedFiles(isWhole);
        for (LayerTable table : tables) {
            merged.add(LayerChanges.read(table, wanted, limit));
        }
        if (!merged.expected.isEmpty()) {
            throw new UnclearFilesException("a directory that no layer names");
        }
        return merged;
    }

    private void add(LayerChanges layer) throws UnclearFilesException {
        meetExpectations(layer);
        for (Map.Entry<String, LayerFile> each : layer.files().entrySet()) {
            String path = each.getKey();
            if (!isHidden(path) && files.putIfAbsent(path, each.getValue()) == null) {
                for (String above = LayerFile.parentOf(path); !above.isEmpty(); above = LayerFile.parentOf(above)) {
                    if (!layer.files().containsKey(above)) {
                        expected.add(above);
                    }
                }
            }
        }
        removed.addAll(layer.removed());
        emptied.addAll(layer.emptied());
        layer.files().values().stream()
                .filter(file -> !file.isDirectory())
                .forEach(file -> emptied.add(file.path()));
    }

    private void meetExpectations(LayerChanges layer) throws UnclearFilesException {
        Set<String> met = new HashSet<>();
        for (String directory : expected) {
            LayerFile there = layer.files().get(directory);
            boolean isHidden = layer.removed().contains(directory)
                    || isAnyAbove(directory, layer.removed())
                    || isAnyAbove(directory, layer.emptied())
                    || isAnyFileAbove(directory, layer);
            if (there != null && there.isDirectory()) {
                met.add(directory);
            } else if (there != null || isHidden) {
                throw new UnclearFilesException("a file in what was no directory");
            }
        }
        expected.removeAll(met);
    }

    private static boolean isAnyFileAbove(String path, LayerChanges layer) {
        for (String above = LayerFile.parentOf(path); !above.isEmpty(); above = LayerFile.parentOf(above)) {
            LayerFile there = layer.files().get(above);
            if (there != null && !there.isDirectory()) {
                return true;
            }
        }
        return false;
    }

    private boolean isHidden(String path) {
        return removed.contains(path) || isAnyAbove(path, removed) || isAnyAbove(path, emptied);
    }

    /** Whether one of the directories that a path is in, up to the root, is among these. */
    static boolean isAnyAbove(String path, Set<String> paths) {
        for (String above = path; !above.isEmpty(); ) {
            above = LayerFile.parentOf(above);
            if (paths.contains(above)) {
                return true;
            }
        }
        return false;
    }

    Optional<LayerFile> find(String path) {
        return Optional.ofNullable(files.get(path));
    }

    /**
     * All that is in a directory, and below, by path.
     *
     * @param directory empty for the root
     * @throws UnclearFilesException where layers that are not known may have more in it
     */
    SortedMap<String, LayerFile> below(String directory) throws UnclearFilesException {
        boolean isClosed = removed.contains(directory)
                || emptied.contains(directory)
                || isAnyAbove(directory, removed)
                || isAnyAbove(directory, emptied);
        if (!isWhole && !isClosed) {
            throw new UnclearFilesException("a directory of layers that are not known");
        }
        // '0' comes right behind '/'.
        return directory.isEmpty() ? files.tailMap("", false) : files.subMap(directory + "/", directory + "0");
    }
}
