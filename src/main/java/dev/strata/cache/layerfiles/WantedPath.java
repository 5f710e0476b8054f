package dev.strata.cache.layerfiles;

import dev.strata.dockerfile.patterns.PathPattern;
import dev.strata.dockerfile.text.DockerfileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A path, or a pattern of COPY for several, name by name from the root. */
record WantedPath(List<Name> names) {

    WantedPath {
        names = List.copyOf(names);
    }

    /**
     * A name of it.
     *
     * @param pattern what it matches, where it is a pattern
     */
    record Name(String text, Optional<PathPattern> pattern) {

        static Name exactly(String text) {
            return new Name(text, Optional.empty());
        }

        boolean matches(String name) {
            return pattern.map(each -> each.matches(name)).orElseGet(() -> text.equals(name));
        }
    }

    /** A source as it is written; empty for one that builders could take in different ways, and for the root. */
    static Optional<WantedPath> ofSource(String source) {
        if (source.indexOf('\\') >= 0 || source.contains("**")) {
            return Optional.empty();
        }
        List<Name> names = new ArrayList<>();
        for (String name : split(source)) {
            if (name.equals("..")) {
                return Optional.empty();
            }
            try {
                names.add(PathPattern.isIn(name)
                        ? new Name(name, Optional.of(PathPattern.of(name)))
                        : Name.exactly(name));
            } catch (DockerfileException e) {
                return Optional.empty(); // what no builder takes
            }
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(new WantedPath(names));
    }

    /** The names of a path, without those that lead nowhere. */
    static List<String> split(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return names;
    }

    /** Whether what a path names is, is above or is below something that is wanted. */
    boolean covers(List<String> path) {
        int length = Math.min(path.size(), names.size());
        for (int i = 0; i < length; i++) {
            if (!names.get(i).matches(path.get(i))) {
                return false;
            }
        }
        return true;
    }
}
