package dev.strata.agent.context;

import dev.strata.agent.builders.Dialect;
import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.dockerfile.patterns.PathPattern;
import dev.strata.dockerfile.text.DockerfileException;
import dev.strata.dockerfile.text.RawText;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.AbsolutePath;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The build context: the files that COPY, ADD and mounts take, and their digests. */
public final class ContextFiles {

    /** A class of characters that parts of a path are in. */
    private static final Pattern SLASH_IN_CLASS = Pattern.compile("\\[[^\\]]*/");
    private static final int DOCUMENT_MODE = 0644;
    /** Of the context's own root, whose permissions builders do not send. */
    private static final int ROOT_MODE = 0755;
    private static final String ITSELF = ".";
    private static final int PERMISSIONS = 07777;
    private static final int BUFFER = 256 * 1024;

    private final Path root;
    private final IgnorePatterns ignored;
    private final Dialect dialect;
    private final InstantSource clock;
    private final byte[] buffer = new byte[BUFFER];
    private final Map<Path, Digested> digests = new HashMap<>();
    private final Map<Digest, List<Reading>> readings = new HashMap<>();

    /** A content, and how its file stood right before it was read. */
    private record Digested(Stamps.Stamp stamp, Digest digest) {}

    /** What {@link #files} was asked for, and how all that it read stood. */
    private record Reading(
            List<String> sources, List<HereDocument> documents, boolean parents, IgnorePatterns leftOut, Stamps stamps) {}

    /** As BuildKit reads it. */
    ContextFiles(Path root, IgnorePatterns ignored) {
        this(root, ignored, Dialect.BUILDKIT, InstantSource.system());
    }

    /**
     * @param root the directory, which has to exist
     * @param dialect of the builder that reads it
     * @param clock that of the file system's times
     */
    public ContextFiles(Path root, IgnorePatterns ignored, Dialect dialect, InstantSource clock) {
        try {
            this.root = root.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.ignored = ignored;
        this.dialect = dialect;
        this.clock = clock;
    }

    /** The same, with nothing left out. */
    public ContentList files(List<String> sources, List<HereDocument> documents, boolean parents) throws NotCachedException {
        return files(sources, documents, parents, IgnorePatterns.NONE);
    }

    /**
     * What an instruction takes from the context and from the Dockerfile itself.
     *
     * @param sources paths or patterns in the context
     * @param parents whether files keep the directories that they are in
     * @param leftOut what is left out of the directories that are taken, by its path in there
     * @throws NotCachedException for a source that is missing, special, outside of the context, or not understood
     */
    public ContentList files(List<String> sources, List<HereDocument> documents, boolean parents, IgnorePatterns leftOut)
            throws NotCachedException {
        Stamps stamps = new Stamps(clock);
        ContentList list = read(sources, documents, parents, leftOut, stamps);
        readings.computeIfAbsent(list.digest(), digest -> new ArrayList<>())
                .add(new Reading(sources, documents, parents, leftOut, stamps));
        return list;
    }

    /**
     * Whether everything that a list was made of stands as it stood then, and stood so all the time. Contents are read again
     * only where a coarse clock could hide a change.
     *
     * @param content the list's digest
     */
    public boolean isUnchanged(Digest content) {
        for (Reading reading : readings.getOrDefault(content, List.of())) {
            Stamps now = new Stamps(clock);
            try {
                ContentList list = read(reading.sources, reading.documents, reading.parents, reading.leftOut, now);
                if (!list.digest().equals(content) || !reading.stamps.areLike(now)) {
                    return false;
                }
            } catch (NotCachedException | UncheckedIOException gone) {
                return false;
            }
        }
        return true;
    }

    private ContentList read(
            List<String> sources, List<HereDocument> documents, boolean parents, IgnorePatterns leftOut, Stamps stamps)
            throws NotCachedException {
        Walk walk = new Walk(leftOut, stamps);
        try {
            for (String source : sources) {
                if (parents && source.contains("**")) {
                    walk.addSpanned(spanning(source));
                    continue;
                }
                for (String path : resolve(source, stamps)) {
                    walk.add(path, parents);
                }
            }
        } catch (IOException e) {
            throw new NotCachedException("it cannot be read: " + e.getMessage());
        }
        for (HereDocument document : documents) {
            byte[] content = RawText.bytes(document.content());
            walk.put(new Entry.File(document.name(), DOCUMENT_MODE, Digest.ofContent(DigestAlgorithm.SHA256, content)));
        }
        return ContentList.of(walk.entries.values());
    }

    /** BuildKit matches such a pattern as it matches those of {@code .dockerignore}: with a path, or a directory above it. */
    private IgnorePatterns spanning(String source) throws NotCachedException {
        String pattern = AbsolutePath.of("/", source).substring(1);
        if (dialect == Dialect.BUILDAH || pattern.startsWith("!") || Exclusions.isUnsure(pattern)) {
            throw new NotCachedException("how many directories " + source + " spans is not understood");
        }
        return IgnorePatterns.of(List.of(pattern));
    }

    /** The paths in the context that a source means, in the order in which the builder copies them. */
    private List<String> resolve(String source, Stamps stamps) throws IOException, NotCachedException {
        String path = AbsolutePath.of("/", source).substring(1);
        if (!PathPattern.isIn(path)) {
            Path file = FileNames.resolve(root, path);
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
        Path start = FileNames.resolve(root, directory);
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
        List<String> names = names(FileNames.resolve(root, directory), stamps);
        names.sort(Comparator.comparing(RawText::bytes, Arrays::compareUnsigned));
        for (String name : names) {
            String path = below(directory, name);
            if (!patterns.getFirst().matches(name) || isIgnored(path)) {
                continue;
            }
            if (patterns.size() == 1) {
                matched.add(path);
            } else if (stamps.note(FileNames.resolve(root, path)).isDirectory()) {
                match(path, patterns.subList(1, patterns.size()), matched, stamps);
            }
        }
    }

    /** What is in a directory. It is noted before: what came or went for a moment shows then. */
    private List<String> names(Path directory, Stamps stamps) throws IOException {
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
    private String inContext(Path file) throws IOException, NotCachedException {
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
        Path directory = FileNames.resolve(root, path);
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

    private static String below(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /** Goes through what an instruction takes. */
    private final class Walk {

        private final IgnorePatterns leftOut;
        private final Stamps stamps;
        private final Map<String, Entry> entries = new HashMap<>();

        Walk(IgnorePatterns leftOut, Stamps stamps) {
            this.leftOut = leftOut;
            this.stamps = stamps;
        }

        void add(String source, boolean parents) throws IOException, NotCachedException {
            Path file = FileNames.resolve(root, source);
            // A directory or link on the way may be exchanged.
            for (Path above = file; !above.equals(root); above = above.getParent()) {
                stamps.note(above);
            }
            String real = inContext(file);
            Path realFile = FileNames.resolve(root, real);
            if (parents) {
                putDirectoriesOf(source);
            }
            if (!stamps.note(realFile).isDirectory()) {
                put(entry(realFile, parents ? source : source.substring(source.lastIndexOf('/') + 1)));
                return;
            }
            String prefix = parents && !source.isEmpty() ? source + "/" : "";
            // A new destination gets the permissions of what is copied to it, but those of the context's root are not sent.
            entries.putIfAbsent(
                    prefix + ITSELF,
                    real.isEmpty() && dialect != Dialect.BUILDAH
                            ? new Entry.Directory(prefix + ITSELF, ROOT_MODE)
                            : entry(realFile, prefix + ITSELF));
            below(real, "", prefix);
        }

        /** The destination is a directory then, which has those that the source is in. */
        private void putDirectoriesOf(String source) throws IOException, NotCachedException {
            entries.putIfAbsent(ITSELF, new Entry.Directory(ITSELF, ROOT_MODE));
            for (int slash = source.indexOf('/'); slash >= 0; slash = source.indexOf('/', slash + 1)) {
                String directory = source.substring(0, slash);
                entries.putIfAbsent(directory, entry(FileNames.resolve(root, directory), directory));
            }
        }

        /**
         * Adds what is in a directory.
         *
         * @param inSource its path in the source, which patterns of what is left out are matched with
         * @return whether there was anything
         */
        private boolean below(String directory, String inSource, String prefix) throws IOException, NotCachedException {
            boolean any = false;
            for (String name : names(FileNames.resolve(root, directory), stamps)) {
                String path = ContextFiles.below(directory, name);
                String inner = ContextFiles.below(inSource, name);
                boolean isIgnored = ignored.excludes(path);
                if (leftOut.excludes(inner) || isIgnored && !ignored.mayBringBackBelow(path)) {
                    continue;
                }
                Path file = FileNames.resolve(root, path);
                boolean isDirectory = stamps.note(file).isDirectory();
                // A directory is there where something in it is, even if a pattern leaves it out.
                boolean holds = isDirectory && below(path, inner, prefix);
                // Docker's older clients also send such a directory where nothing in it is brought back.
                if (holds || !isIgnored || isDirectory && dialect == Dialect.DOCKER_20) {
                    put(entry(file, prefix + inner));
                    any = true;
                }
            }
            return any;
        }

        /** Adds what a pattern matches in the whole context, with the directories that it is in. */
        void addSpanned(IgnorePatterns pattern) throws IOException, NotCachedException {
            entries.putIfAbsent(ITSELF, new Entry.Directory(ITSELF, ROOT_MODE));
            spanned("", pattern);
        }

        private boolean spanned(String directory, IgnorePatterns pattern) throws IOException, NotCachedException {
            boolean any = false;
            for (String name : names(FileNames.resolve(root, directory), stamps)) {
                String path = ContextFiles.below(directory, name);
                boolean isIgnored = ignored.excludes(path);
                if (isIgnored && !ignored.mayBringBackBelow(path)) {
                    continue;
                }
                Path file = FileNames.resolve(root, path);
                boolean holds = stamps.note(file).isDirectory() && spanned(path, pattern);
                if (holds || !isIgnored && pattern.excludes(path)) {
                    put(entry(file, path));
                    any = true;
                }
            }
            return any;
        }

        private void put(Entry entry) {
            entries.put(entry.path(), entry); // what is copied later lies on top
        }

        private Entry entry(Path file, String name) throws IOException, NotCachedException {
            Stamps.Stamp stamp = stamps.note(file);
            if (stamp.isLink()) {
                return new Entry.Link(name, FileNames.text(Files.readSymbolicLink(file)));
            }
            if (stamp.isDirectory()) {
                return new Entry.Directory(name, stamp.mode() & PERMISSIONS);
            }
            if (!stamp.isFile()) {
                throw new NotCachedException(name + " is neither a file, a directory nor a link");
            }
            Digested known = digests.get(file);
            if (known == null || !known.stamp.isCertain() || !known.stamp.isLike(stamp)) {
                known = new Digested(stamp, sha256(file));
                digests.put(file, known);
            }
            return new Entry.File(name, stamp.mode() & PERMISSIONS, known.digest);
        }
    }

    private Digest sha256(Path file) throws IOException {
        MessageDigest sha256 = DigestAlgorithm.SHA256.messageDigest();
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
        }
        return Digest.ofBytes(sha256.digest());
    }
}
