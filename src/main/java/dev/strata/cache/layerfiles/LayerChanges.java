package dev.strata.cache.layerfiles;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one layer changes of the paths that are wanted: OCI Image Specification, layer.md, "Applying Changesets". A layer
 * that programs could apply in different ways is unclear.
 */
final class LayerChanges {

    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final Map<String, LayerFile> files = new HashMap<>();
    private final Set<String> removed = new HashSet<>();
    private final Set<String> emptied = new HashSet<>();
    private String flaw = "";

    private LayerChanges() {}

    /**
     * Reads them.
     *
     * @param limit what may be read and kept
     */
    static LayerChanges read(LayerTable table, Set<WantedPath> wanted, ReadLimit limit) throws UnclearFilesException {
        LayerChanges changes = new LayerChanges();
        limit.read(table.entries());
        if (!table.read(file -> changes.take(file, wanted, limit))) {
            throw new UnclearFilesException(changes.flaw.isEmpty() ? "a layer that went" : changes.flaw);
        }
        changes.check();
        changes.followHardLinks(table, limit);
        return changes;
    }

    /** What the layer has at a path, and what it puts there. */
    Map<String, LayerFile> files() {
        return files;
    }

    /** What it takes away, with all that is below. */
    Set<String> removed() {
        return removed;
    }

    /** The directories of which nothing that lower layers have in them is left. */
    Set<String> emptied() {
        return emptied;
    }

    private boolean take(LayerFile file, Set<WantedPath> wanted, ReadLimit limit) {
        String name = file.name();
        if (name.startsWith(WHITEOUT)) {
            return takeWhiteout(file, wanted);
        }
        if (!isWanted(file.path(), wanted)) {
            return true;
        }
        LayerFile before = files.putIfAbsent(file.path(), file);
        if (before != null && !before.equals(file) || before != null && !file.isDirectory()) {
            return fail("a path that is there twice");
        }
        return limit.keeps(file) || fail("too many files");
    }

    private boolean takeWhiteout(LayerFile marker, Set<WantedPath> wanted) {
        String directory = marker.parent();
        if (marker.name().equals(OPAQUE)) {
            if (isWanted(directory, wanted)) {
                emptied.add(directory);
            }
            return true;
        }
        String name = marker.name().substring(WHITEOUT.length());
        String path = directory.isEmpty() ? name : directory + "/" + name;
        if (!isWanted(path, wanted)) {
            return true;
        }
        removed.add(path);
        return !name.isEmpty() && !name.startsWith(WHITEOUT) || fail("a marker of another kind");
    }

    private boolean fail(String why) {
        flaw = why;
        return false;
    }

    private static boolean isWanted(String path, Set<WantedPath> wanted) {
        List<String> names = WantedPath.split(path);
        for (WantedPath each : wanted) {
            if (each.covers(names)) {
                return true;
            }
        }
        return false;
    }

    private void check() throws UnclearFilesException {
        for (LayerFile file : files.values()) {
            if (removed.contains(file.path()) || MergedFiles.isAnyAbove(file.path(), removed)) {
                throw new UnclearFilesException("a path that is taken away and put there");
            }
            for (String above = file.path(); !above.isEmpty(); ) {
                above = LayerFile.parentOf(above);
                LayerFile there = files.get(above);
                if (there != null && !there.isDirectory()) {
                    throw new UnclearFilesException("a file below one that is no directory");
                }
            }
        }
        for (String directory : emptied) {
            LayerFile there = files.get(directory);
            if (!directory.isEmpty() && (there == null || !there.isDirectory())) {
                throw new UnclearFilesException("a directory that is emptied and not there");
            }
        }
    }

    /** A hard link has the content of the file before it that it is. */
    private void followHardLinks(LayerTable table, ReadLimit limit) throws UnclearFilesException {
        Map<String, LayerFile> targets = new HashMap<>();
        for (LayerFile file : files.values()) {
            if (file.type() == LayerFile.Type.HARD_LINK) {
                targets.put(file.target(), file);
            }
        }
        if (targets.isEmpty()) {
            return;
        }
        limit.read(table.entries());
        Map<String, LayerFile> found = new HashMap<>();
        boolean isWhole = table.read(file -> {
            if (targets.containsKey(file.path()) && found.put(file.path(), file) != null) {
                return fail("a file that is there twice");
            }
            boolean isLink = file.type() == LayerFile.Type.HARD_LINK && files.containsKey(file.path());
            return !isLink || isSame(file, found.get(file.target())) || fail("a hard link that is not clear");
        });
        if (!isWhole) {
            throw new UnclearFilesException(flaw.isEmpty() ? "a layer that went" : flaw);
        }
        files.replaceAll((path, file) -> file.type() == LayerFile.Type.HARD_LINK
                ? linked(file, found.get(file.target()))
                : file);
    }

    private static boolean isSame(LayerFile link, @Nullable LayerFile target) {
        return target != null
                && target.type() == LayerFile.Type.FILE
                && target.mode() == link.mode()
                && target.uid() == link.uid()
                && target.gid() == link.gid();
    }

    /** The file under another name, of which it is still said what it is the same as. */
    private static LayerFile linked(LayerFile link, LayerFile target) {
        return new LayerFile(
                link.path(),
                LayerFile.Type.FILE,
                target.mode(),
                target.uid(),
                target.gid(),
                target.size(),
                link.target(),
                target.sha256(),
                target.attributes());
    }
}
