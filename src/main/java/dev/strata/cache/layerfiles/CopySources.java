package dev.strata.cache.layerfiles;

import dev.strata.cache.layerfiles.WantedPath.Name;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds what the sources of a COPY mean in a stack of layers: links are followed, patterns are matched. Where the builders
 * could differ, it is unclear.
 */
final class CopySources {

    private static final int MOST_LINKS = 40;
    /** How often the tables are read, each time since a link leads to where nobody has looked. */
    private static final int MOST_ROUNDS = 10;

    private final List<LayerTable> tables;
    private final boolean isWhole;
    private final ReadLimit limit;
    private final Set<WantedPath> wanted = new HashSet<>();
    private MergedFiles merged;

    /**
     * @param tables those of the layers, the topmost first
     * @param isWhole whether these are all layers
     */
    CopySources(List<LayerTable> tables, boolean isWhole, ReadLimit limit) throws UnclearFilesException {
        this.tables = tables;
        this.isWhole = isWhole;
        this.limit = limit;
        this.merged = MergedFiles.read(List.of(), isWhole, wanted, limit);
    }

    /**
     * What a source means.
     *
     * @param written the source as it is written
     * @param links the links that lead to it, by path
     * @param roots the paths that it names in the end, in their order
     * @param files these and all that is below, by path
     */
    record Found(
            String written, SortedMap<String, LayerFile> links, List<String> roots, SortedMap<String, LayerFile> files) {}

    /** Something has to be looked at that was not wanted before. */
    private static final class MoreException extends Exception {
        MoreException() {
            super(null, null, false, false);
        }
    }

    List<Found> find(List<String> sources) throws UnclearFilesException {
        List<WantedPath> paths = new ArrayList<>();
        for (String source : sources) {
            paths.add(WantedPath.ofSource(source)
                    .orElseThrow(() -> new UnclearFilesException("a source that is not understood")));
        }
        wanted.addAll(paths);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            limit.forget();
            merged = MergedFiles.read(tables, isWhole, wanted, limit);
            try {
                List<Found> found = new ArrayList<>();
                for (int i = 0; i < sources.size(); i++) {
                    found.add(new Search(sources.get(i)).find(paths.get(i)));
                }
                return found;
            } catch (MoreException e) {
                // It is wanted now.
            }
        }
        throw new UnclearFilesException("links that lead too far");
    }

    /** The search for one source. */
    private final class Search {

        private final String written;
        private final SortedMap<String, LayerFile> links = new TreeMap<>();
        private final List<String> roots = new ArrayList<>();
        private final SortedMap<String, LayerFile> files = new TreeMap<>();
        private int followed;

        Search(String written) {
            this.written = written;
        }

        Found find(WantedPath source) throws UnclearFilesException, MoreException {
            walk("", new ArrayDeque<>(source.names()));
            if (roots.isEmpty()) {
                throw new UnclearFilesException("a source that is not there");
            }
            for (String root : roots) {
                LayerFile file = merged.find(root).orElseThrow();
                files.put(root, file);
                if (file.isDirectory()) {
                    files.putAll(merged.below(root));
                }
            }
            return new Found(written, links, roots, files);
        }

        /** @param directory where the path has led up to now, without links in it */
        private void walk(String directory, Deque<Name> names) throws UnclearFilesException, MoreException {
            String at = directory;
            while (!names.isEmpty()) {
                if (names.peek().pattern().isPresent()) {
                    match(at, new ArrayList<>(names));
                    return;
                }
                String name = names.pop().text();
                if (name.equals("..")) {
                    at = LayerFile.parentOf(at);
                    continue;
                }
                String path = at.isEmpty() ? name : at + "/" + name;
                LayerFile file = look(path, names);
                if (file.type() == LayerFile.Type.LINK) {
                    at = follow(file, names);
                } else if (file.isDirectory() || names.isEmpty()) {
                    at = path;
                } else {
                    throw new UnclearFilesException("a path through a file");
                }
            }
            if (at.isEmpty()) {
                throw new UnclearFilesException("the root as a source");
            }
            look(at, names);
            roots.add(at);
        }

        private LayerFile look(String path, Deque<Name> rest) throws UnclearFilesException, MoreException {
            want(path, rest);
            return merged.find(path).orElseThrow(() -> new UnclearFilesException("a source that is not there"));
        }

        /** Sees to it that a path and what is behind it was looked at. */
        private void want(String path, Iterable<Name> rest) throws MoreException {
            List<Name> names = new ArrayList<>();
            WantedPath.split(path).forEach(name -> names.add(Name.exactly(name)));
            rest.forEach(names::add);
            List<String> texts = WantedPath.split(path);
            boolean isNew = wanted.stream().noneMatch(each -> isWithin(texts, names, each))
                    && wanted.add(new WantedPath(names));
            if (isNew) {
                throw new MoreException();
            }
        }

        /** Whether all that these names may name is at or below what another one names, and was looked at therefore. */
        private static boolean isWithin(List<String> path, List<Name> names, WantedPath other) {
            if (other.names().size() > names.size()) {
                return false;
            }
            for (int i = 0; i < other.names().size(); i++) {
                Name wide = other.names().get(i);
                boolean isCovered = i < path.size() ? wide.matches(path.get(i)) : wide.text().equals(names.get(i).text());
                if (!isCovered) {
                    return false;
                }
            }
            return true;
        }

        /** Goes on where a link leads, and returns from where. */
        private String follow(LayerFile link, Deque<Name> names) throws UnclearFilesException {
            if (++followed > MOST_LINKS) {
                throw new UnclearFilesException("links that lead too far");
            }
            links.put(link.path(), link);
            List<String> target = WantedPath.split(link.target());
            for (int i = target.size() - 1; i >= 0; i--) {
                names.push(Name.exactly(target.get(i)));
            }
            return link.target().startsWith("/") ? "" : link.parent();
        }

        private void match(String directory, List<Name> pattern) throws UnclearFilesException, MoreException {
            want(directory, pattern);
            int depth = WantedPath.split(directory).size();
            List<LayerFile> matches = new ArrayList<>();
            for (LayerFile file : merged.below(directory).values()) {
                List<String> path = WantedPath.split(file.path());
                List<String> own = path.subList(depth, path.size());
                if (own.size() > pattern.size() || !new WantedPath(pattern).covers(own)) {
                    continue;
                }
                if (own.size() == pattern.size()) {
                    matches.add(file);
                } else if (file.type() == LayerFile.Type.LINK) {
                    throw new UnclearFilesException("a link within a pattern");
                }
            }
            for (LayerFile file : matches) {
                if (file.type() == LayerFile.Type.LINK) {
                    Deque<Name> rest = new ArrayDeque<>();
                    walk(follow(file, rest), rest);
                } else {
                    roots.add(file.path());
                }
            }
        }
    }
}
