package dev.strata.access.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A file of rules that is read again when it changes. */
public final class RuleFile {

    private final Path path;
    private final String ifNothing;
    private @Nullable State read;

    /** @param ifNothing the end of what is said of an empty file, behind a quotation mark: what to write, and what it means */
    public RuleFile(Path path, String ifNothing) {
        this.path = path;
        this.ifNothing = ifNothing;
    }

    /** What tells one state of the file from another. Where its directory is exchanged, as Kubernetes does, so is its key. */
    private record State(FileTime time, long size, @Nullable Object key) {

        static State of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        }
    }

    public Path path() {
        return path;
    }

    /**
     * Its text, if it is not the one that was returned last.
     *
     * @param refusal of a file that is empty or too long, made of what is wrong
     * @throws IOException where it cannot be read; it is read again then
     */
    public <E extends RuntimeException> Optional<String> changed(Function<List<String>, E> refusal) throws IOException {
        State before = read;
        read = null;
        State state = State.of(path); // before it is read: what changes meanwhile is read again
        if (state.equals(before)) {
            read = before;
            return Optional.empty();
        }
        String text = state.size() > RuleDocument.LONGEST ? "" : Files.readString(path, StandardCharsets.UTF_8);
        read = state;
        if (state.size() == 0) { // so is a file for a moment that an editor writes over
            throw refusal.apply(List.of("it is empty; '" + ifNothing));
        }
        if (state.size() > RuleDocument.LONGEST) {
            throw refusal.apply(List.of("it has more than " + RuleDocument.LONGEST + " bytes"));
        }
        return Optional.of(text);
    }
}
