package dev.strata.agent;

import dev.strata.dockerfile.HereDocument;
import dev.strata.dockerfile.IgnorePatterns;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.ContentList;
import dev.strata.step.ContentList.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The build context: the files that COPY, ADD and mounts take, and their digests. */
final class ContextFiles {

    private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");
    /** Wildcards on whose meaning builders and Java's globs do not agree. */
    private static final Pattern UNSURE = Pattern.compile("\\*\\*|[{}\\\\]");
    private static final int DOCUMENT_MODE = 0644;
    private static final int PERMISSIONS = 07777;
    private static final int BUFFER = 256 * 1024;

    private final Path root;
    private final IgnorePatterns ignored;
    private final InstantSource clock;
    private final Map<Path, Digested> digests = new HashMap<>();
    private final Map<Digest, List<Reading>> readings = new HashMap<>();

    /** A content, and how its file stood right before it was read. */
    private record Digested(Stamps.Stamp stamp, Digest digest) {}

    /** What {@link #files} was asked for, and how all that it read stood. */
    private record Reading(
            List<String> sources, List<HereDocument> documents, boolean parents, IgnorePatterns leftOut, Stamps stamps) {}

    /** @param root the directory, which has to exist */
    ContextFiles(Path root, IgnorePatterns ignored) {
        this(root, ignored, InstantSource.system());
    }

    /** @param clock that of the file system's times */
    ContextFiles(Path root, IgnorePatterns ignored, InstantSource clock) {
        try {
            this.root = root.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.ignored = ignored;
        this.clock = clock;
    }

    /** The same, with nothing left out. */
    ContentList files(List<String> sources, List<HereDocument> documents, boolean parents) throws NotCachedException {
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
    ContentList files(List<String> sources, List<HereDocument> documents, boolean parents, IgnorePatterns leftOut)
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
    boolean isUnchanged(Digest content) {
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
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (String source : sources) {
            List<Path> matched = resolve(source, stamps);
            if (matched.isEmpty()) {
                throw new NotCachedException(source + " is not in the build context");
            }
            for (Path file : matched) {
                add(file, parents, leftOut, entries, stamps);
            }
        }
        for (HereDocument document : documents) {
            byte[] content = document.content().getBytes(StandardCharsets.UTF_8);
            put(entries, new Entry.File(
                    document.name(), DOCUMENT_MODE, Digest.ofContent(DigestAlgorithm.SHA256, content)));
        }
        return ContentList.of(entries.values());
    }

    private List<Path> resolve(String source, Stamps stamps) throws NotCachedException {
        Path relative = Path.of("/").resolve(source).normalize();
        Path path = root.resolve(Path.of("/").relativize(relative).toString());
        if (!WILDCARD.matcher(source).find()) {
            return Files.exists(path) && !isIgnored(path) ? List.of(path) : List.of();
        }
        if (UNSURE.matcher(source).find()) {
            throw new NotCachedException("the pattern " + source + " is not understood");
        }
        PathMatcher matcher =
                FileSystems.getDefault().getPathMatcher("glob:" + path.toString().replace("[^", "[!"));
        try (Stream<Path> files = Files.walk(root, root.relativize(path).getNameCount())) {
            List<Path> matched = files.filter(file -> !file.equals(root) && matcher.matches(file) && !isIgnored(file))
                    .sorted()
                    .toList();
            for (Path file : matched) {
                stamps.note(file.getParent()); // what else was there for a moment may have matched too
            }
            return matched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(Path source, boolean parents, IgnorePatterns leftOut, Map<String, Entry> entries, Stamps stamps)
            throws NotCachedException {
        Path file = source;
        try {
            // A directory or link on the way may be exchanged.
            for (Path above = source; above.startsWith(root) && !above.equals(root); above = above.getParent()) {
                stamps.note(above);
            }
            if (Files.isSymbolicLink(source)) {
                file = source.toRealPath();
            }
            if (!file.toRealPath().startsWith(root)) {
                throw new NotCachedException(root.relativize(source) + " leads out of the build context");
            }
            if (!Files.isDirectory(file)) {
                String name = parents ? relative(source) : source.getFileName().toString();
                put(entries, entry(file, name, stamps));
                return;
            }
            String prefix = parents && !source.equals(root) ? relative(source) + "/" : "";
            List<Path> below = new ArrayList<>();
            try (Stream<Path> files = Files.walk(file)) {
                files.forEach(below::add);
            }
            for (Path each : below) {
                if (each.equals(file)) {
                    // A new destination gets the permissions of what is copied to it.
                    entries.putIfAbsent(prefix + ".", entry(each, prefix + ".", stamps));
                } else if (!isIgnored(each) && !leftOut.excludes(file.relativize(each).toString())) {
                    put(entries, entry(each, prefix + file.relativize(each), stamps));
                }
            }
        } catch (IOException e) {
            throw new NotCachedException("it cannot be read: " + e.getMessage());
        }
    }

    private Entry entry(Path file, String name, Stamps stamps) throws IOException, NotCachedException {
        Stamps.Stamp stamp = stamps.note(file);
        if (Files.isSymbolicLink(file)) {
            return new Entry.Link(name, Files.readSymbolicLink(file).toString());
        }
        int mode = ((Integer) Files.getAttribute(file, "unix:mode")) & PERMISSIONS;
        if (Files.isDirectory(file)) {
            return new Entry.Directory(name, mode);
        }
        if (!Files.isRegularFile(file)) {
            throw new NotCachedException(relative(file) + " is neither a file, a directory nor a link");
        }
        Digested known = digests.get(file);
        if (known == null || !known.stamp.isCertain() || !known.stamp.isLike(stamp)) {
            known = new Digested(stamp, sha256(file));
            digests.put(file, known);
        }
        return new Entry.File(name, mode, known.digest);
    }

    private boolean isIgnored(Path file) {
        return !file.equals(root) && ignored.excludes(relative(file)) && !holdsWhatIsBroughtBack(file);
    }

    /** A directory is there where something in it is, even if a pattern leaves it out. */
    private boolean holdsWhatIsBroughtBack(Path directory) {
        if (!ignored.mayBringBack() || !Files.isDirectory(directory) || Files.isSymbolicLink(directory)) {
            return false;
        }
        try (Stream<Path> below = Files.walk(directory)) {
            return below.anyMatch(file -> !file.equals(directory) && !ignored.excludes(relative(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String relative(Path file) {
        return root.relativize(file).toString();
    }

    private static void put(Map<String, Entry> entries, Entry entry) {
        entries.put(entry.path(), entry); // what is copied later lies on top
    }

    private static Digest sha256(Path file) throws IOException {
        MessageDigest sha256 = DigestAlgorithm.SHA256.messageDigest();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
        }
        return Digest.ofBytes(sha256.digest());
    }
}
