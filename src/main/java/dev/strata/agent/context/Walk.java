package dev.strata.agent.context;

import dev.strata.agent.builders.Dialect;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.step.ContentList.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Goes through what an instruction takes from the build context. */
final class Walk {

    /** Of the context's own root, whose permissions builders do not send. */
    private static final int ROOT_MODE = 0755;
    private static final String ITSELF = ".";

    private final ContextTree tree;
    private final FileEntries files;
    private final IgnorePatterns leftOut;
    private final Stamps stamps;
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * @param leftOut what is left out of the directories that are taken, by its path in there
     * @param stamps notes how all that is looked at stands
     */
    Walk(ContextTree tree, FileEntries files, IgnorePatterns leftOut, Stamps stamps) {
        this.tree = tree;
        this.files = files;
        this.leftOut = leftOut;
        this.stamps = stamps;
    }

    void add(String source, boolean parents) throws IOException, NotCachedException {
        Path file = tree.file(source);
        // A directory or link on the way may be exchanged.
        for (Path above = file; !above.equals(tree.root()); above = above.getParent()) {
            stamps.note(above);
        }
        String real = tree.inContext(file);
        Path realFile = tree.file(real);
        if (parents) {
            putDirectoriesOf(source);
        }
        if (!stamps.note(realFile).isDirectory()) {
            put(files.of(realFile, parents ? source : source.substring(source.lastIndexOf('/') + 1), stamps));
            return;
        }
        String prefix = parents && !source.isEmpty() ? source + "/" : "";
        // A new destination gets the permissions of what is copied to it, but those of the context's root are not sent.
        entries.putIfAbsent(
                prefix + ITSELF,
                real.isEmpty() && tree.dialect() != Dialect.BUILDAH
                        ? new Entry.Directory(prefix + ITSELF, ROOT_MODE)
                        : files.of(realFile, prefix + ITSELF, stamps));
        below(real, "", prefix);
    }

    /** The destination is a directory then, which has those that the source is in. */
    private void putDirectoriesOf(String source) throws IOException, NotCachedException {
        entries.putIfAbsent(ITSELF, new Entry.Directory(ITSELF, ROOT_MODE));
        for (int slash = source.indexOf('/'); slash >= 0; slash = source.indexOf('/', slash + 1)) {
            String directory = source.substring(0, slash);
            entries.putIfAbsent(directory, files.of(tree.file(directory), directory, stamps));
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
        for (String name : tree.names(tree.file(directory), stamps)) {
            String path = ContextTree.below(directory, name);
            String inner = ContextTree.below(inSource, name);
            boolean isIgnored = tree.ignored().excludes(path);
            if (leftOut.excludes(inner) || isIgnored && !tree.ignored().mayBringBackBelow(path)) {
                continue;
            }
            Path file = tree.file(path);
            boolean isDirectory = stamps.note(file).isDirectory();
            // A directory is there where something in it is, even if a pattern leaves it out.
            boolean holds = isDirectory && below(path, inner, prefix);
            // Docker's older clients also send such a directory where nothing in it is brought back.
            if (holds || !isIgnored || isDirectory && tree.dialect() == Dialect.DOCKER_20) {
                put(files.of(file, prefix + inner, stamps));
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
        for (String name : tree.names(tree.file(directory), stamps)) {
            String path = ContextTree.below(directory, name);
            boolean isIgnored = tree.ignored().excludes(path);
            if (isIgnored && !tree.ignored().mayBringBackBelow(path)) {
                continue;
            }
            Path file = tree.file(path);
            boolean holds = stamps.note(file).isDirectory() && spanned(path, pattern);
            if (holds || !isIgnored && pattern.excludes(path)) {
                put(files.of(file, path, stamps));
                any = true;
            }
        }
        return any;
    }

    void put(Entry entry) {
        entries.put(entry.path(), entry); // what is copied later lies on top
    }

    /** All that was taken, in no order. */
    Collection<Entry> entries() {
        return entries.values();
    }
}
