package dev.strata.access.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of rules that is read again when it changes. One that is broken leaves in force what it said before, and at a start
 * there is nothing before.
 */
public final class RuleFile {

    private static final Logger log = LoggerFactory.getLogger(RuleFile.class);

    private final Path path;
    private final String ifNothing;
    private final Refusal refusal;
    private final Taking taking;
    private @Nullable State read;
    private volatile List<String> faults = List.of();

    /** Makes what is thrown of what is wrong with a file. */
    public interface Refusal {
        FaultyRulesException of(String where, List<String> faults);
    }

    /** Puts in force what a file says. */
    public interface Taking {
        /** @throws FaultyRulesException where that is not possible */
        void take(String where, String text);
    }

    /** @param ifNothing the end of what is said of an empty file, behind a quotation mark: what to write, and what it means */
    public RuleFile(Path path, String ifNothing, Refusal refusal, Taking taking) {
        this.path = path;
        this.ifNothing = ifNothing;
        this.refusal = refusal;
        this.taking = taking;
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

    /** What is wrong with the file as it is now; empty where what it says is in force. */
    public List<String> faults() {
        return faults;
    }

    /**
     * Puts in force what it says, at a start.
     *
     * @throws FaultyRulesException where that is not possible
     */
    public void start() {
        try {
            load();
        } catch (IOException e) {
            throw refusal.of(path.toString(), List.of("it cannot be read: " + e.getMessage()));
        }
    }

    /** Puts in force what it says now, if it has changed. */
    public void reload() {
        try {
            if (load()) {
                log.info("{} is in force as it is now", path);
            }
        } catch (FaultyRulesException e) {
            stay(e.faults(), e);
        } catch (IOException e) {
            stay(List.of("it cannot be read"), e);
        }
    }

    private void stay(List<String> because, Exception cause) {
        if (!faults.equals(because)) {
            log.error("{}. What was in force before stays so", cause.getMessage());
        }
        faults = because;
    }

    /** Says whether it has changed. */
    private boolean load() throws IOException {
        Optional<String> text = changed();
        text.ifPresent(now -> {
            taking.take(path.toString(), now);
            faults = List.of();
        });
        return text.isPresent();
    }

    /** Its text, if it is not the one that was returned last. What cannot be read is read again. */
    private Optional<String> changed() throws IOException {
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
            throw refusal.of(path.toString(), List.of("it is empty; '" + ifNothing));
        }
        if (state.size() > RuleDocument.LONGEST) {
            throw refusal.of(path.toString(), List.of("it has more than " + RuleDocument.LONGEST + " bytes"));
        }
        return Optional.of(text);
    }
}
