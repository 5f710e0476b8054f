package dev.strata.agent.context;

import dev.strata.agent.builders.Dialect;
import dev.strata.dockerfile.lines.HereDocument;
import dev.strata.dockerfile.patterns.IgnorePatterns;
import dev.strata.dockerfile.text.RawText;
import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.step.ContentList.Entry;
import dev.strata.step.ContentList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The build context: the files that COPY, ADD and mounts take, and their digests. */
public final class ContextFiles {

    private static final int DOCUMENT_MODE = 0644;

    private final ContextTree tree;
    private final FileEntries entries = new FileEntries();
    private final Map<Digest, List<Reading>> readings = new HashMap<>();

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
            this.tree = new ContextTree(root.toRealPath(), ignored, dialect, clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        Stamps stamps = new Stamps(tree.clock());
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
            Stamps now = new Stamps(tree.clock());
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
        Walk walk = new Walk(tree, entries, leftOut, stamps);
        try {
            for (String source : sources) {
                if (parents && source.contains("**")) {
                    walk.addSpanned(tree.spanning(source));
                    continue;
                }
                for (String path : tree.resolve(source, stamps)) {
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
        return ContentList.of(walk.entries());
    }
}
