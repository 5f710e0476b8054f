package dev.strata.agent.context;

import dev.strata.agent.builders.Dialect;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.dockerfile.patterns.PathPattern;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.text.RawText;
import dev.strata.step.AbsolutePath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The directories of a build context, without what is ignored.
 *
 * @param root the real path of its directory
 * @param dialect of the builder that reads it
 * @param clock that of the file system's times
 */
record ContextTree(Path root, IgnorePatterns ignored, Dialect dialect, InstantSource clock) {

    /** A class of characters that parts of a path are in. */
    private static final Pattern SLASH_IN_CLASS = Pattern.compile("\\[[^\\]]*/");

    /** The file at a path of the context. */
    Path file(String path) {
        return FileNames.resolve(root, path);
    }

    /** BuildKit matches such a pattern as it matches those of {@code .dockerignore}: with a path, or a directory above it. */
    IgnorePatterns spanning(String source) throws NotCachedException {
        String pattern = AbsolutePath.of("/", source).substring(1);
        if (dialect == Dialect.BUILDAH || pattern.startsWith("!") || Exclusions.isUnsure(pattern)) {
            throw new NotCachedException("how many directories " + source + " spans is not understood");
        }
        return IgnorePatterns.of(List.of(pattern));
    }

    /** The paths in the context that a source means, in the order in which the builder copies them. */
    List<String> resolve(String source, Stamps stamps) throws IOException, NotCachedException {
        String path = AbsolutePath.of("/", source).substring(1);
        if (!PathPattern.isIn(path)) {
            Path file = file(path);
            if (!Files.exists(file) || isIgnored(path)) {
                throw new NotCachedException(source + " is not in the build context");
            }
            return List.of(path);
        }
        if (SLASH_IN_CLASS.matcher(path).find()) {
            throw new NotCachedException("the pattern " + source + " is not understood");
        }
        List<String> matched = new ArrayList<>();
        List<PathPattern> patterns = new ArrayList<>();
        String directory = "";
        for (String part : path.split("/")) {
            if (patterns.isEmpty() && !PathPattern.isIn(part)) {
                directory = below(directory, part);
            } else {
                patterns.add(pattern(part));
            }
        }
        Path start = file(directory);
        if (!Files.isDirectory(start) || !directory.isEmpty() && isIgnored(directory)) {
            throw new NotCachedException(directory + " is no directory of the build context");
        }
        match(inContext(start), patterns, matched, stamps);
        // BuildKit lets a pattern match nothing.
        if (matched.isEmpty() && dialect == Dialect.BUILDAH) {
            throw new NotCachedException(source + " is not in the build context");
        }
        return matched;
    }

    private static PathPattern pattern(String part) throws NotCachedException {
        try {
            return PathPattern.of(part);
        } catch (DockerfileException malformed) {
            throw new NotCachedException(malformed.reason());
        }
    }

    private void match(String directory, List<PathPattern> patterns, List<String> matched, Stamps stamps)
            throws IOException {
        List<String> names = names(file(directory), stamps);
        names.sort(Comparator.comparing(RawText::bytes, Arrays::compareUnsigned));
        for (String name : names) {
            String path = below(directory, name);
            if (!patterns.getFirst().matches(name) || isIgnored(path)) {
                continue;
            }
            if (patterns.size() == 1) {
                matched.add(path);
            } else if (stamps.note(file(path)).isDirectory()) {
                match(path, patterns.subList(1, patterns.size()), matched, stamps);
            }
        }
    }

    /** What is in a directory. It is noted before: what came or went for a moment shows then. */
    List<String> names(Path directory, Stamps stamps) throws IOException {
        stamps.note(directory);
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(file -> names.add(FileNames.text(file.getFileName())));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /** Where a file really is in the context. */
    String inContext(Path file) throws IOException, NotCachedException {
        Path real = file.toRealPath();
        if (!real.startsWith(root)) {
            throw new NotCachedException(FileNames.text(root.relativize(file)) + " leads out of the build context");
        }
        return FileNames.text(root.relativize(real));
    }

    private boolean isIgnored(String path) throws IOException {
        return !path.isEmpty() && ignored.excludes(path) && !holdsWhatIsBroughtBack(path);
    }

    /** A directory is there where something in it is, even if a pattern leaves it out. */
    private boolean holdsWhatIsBroughtBack(String path) throws IOException {
        Path directory = file(path);
        if (!ignored.mayBringBackBelow(path) || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        for (String name : names(directory, new Stamps(clock))) {
            String inner = below(path, name);
            if (!ignored.excludes(inner) || holdsWhatIsBroughtBack(inner)) {
                return true;
            }
        }
        return false;
    }

    static String below(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }
}
