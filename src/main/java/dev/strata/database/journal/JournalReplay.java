package dev.strata.database.journal;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.storage.directory.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the changes in files of the {@link Journal} again. Neither a place that cannot be read nor a change that cannot
 * be made again keeps the others from being made: both are kept for whoever looks into it.
 */
public final class JournalReplay {

    /** How the names of files begin that have a change which could not be made again. */
    public static final String SET_ASIDE = "set-aside-";

    private static final Logger log = LoggerFactory.getLogger(JournalReplay.class);

    private final Disk disk;
    private final Path directory;
    private final Consumer<Noted> again;
    private final BooleanSupplier isDatabaseGone;
    private final Set<Path> damaged = new HashSet<>();

    public JournalReplay(Disk disk, Path directory, Consumer<Noted> again, BooleanSupplier isDatabaseGone) {
        this.disk = disk;
        this.directory = directory;
        this.again = again;
        this.isDatabaseGone = isDatabaseGone;
    }

    /** Says how many changes there were. */
    public int run(List<JournalFile> files) {
        try {
            int count = 0;
            for (int i = 0; i < files.size(); i++) {
                JournalFile file = files.get(i);
                long forced = i + 1 < files.size() ? earlierEnd(files.get(i + 1)).orElse(0L) : 0;
                try (JournalReader reader = new JournalReader(file, forced)) {
                    reader.earlierEnd(); // a later version's file is not read
                    JournalReader.Found found = reader.read((content, start) -> redo(file, start, content));
                    tell(file, found);
                    count += found.count();
                }
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException("The journal cannot be read: " + e.getMessage(), e);
        }
    }

    private static Optional<Long> earlierEnd(JournalFile file) throws IOException {
        try (JournalReader reader = new JournalReader(file, 0)) {
            return reader.earlierEnd();
        }
    }

    /** Files in which something was found that is no change. */
    public Set<Path> damaged() {
        return damaged;
    }

    private void tell(JournalFile file, JournalReader.Found found) {
        if (!found.lost().isEmpty()) {
            log.error(
                    "{} is damaged at {}: changes that were acknowledged may be lost there. What stands behind was read."
                            + " The file is kept as {}",
                    file.path(),
                    found.lost(),
                    Journal.DAMAGED + file.path().getFileName());
        }
        if (!found.unclear().isEmpty()) {
            log.warn(
                    "{} cannot be read at {}, as a power cut leaves what was never acknowledged. It is kept as {}",
                    file.path(),
                    found.unclear(),
                    Journal.DAMAGED + file.path().getFileName());
        }
        if (!found.lost().isEmpty() || !found.unclear().isEmpty()) {
            damaged.add(file.path());
        }
        if (found.torn() > 0) {
            log.info(
                    "{} ends with {} bytes of a change that was not written to its end and never acknowledged",
                    file.path(),
                    found.torn());
        }
    }

    private void redo(JournalFile file, long start, byte[] content) throws IOException {
        int position = 0;
        for (Noted noted : JournalRecord.read(content)) {
            try {
                again.accept(noted);
            } catch (RuntimeException e) {
                if (isOutside(e)) {
                    throw e;
                }
                setAside(noted, SET_ASIDE + file.number() + "-" + start + "-" + position, e);
            }
            position++;
        }
    }

    /** Whether it was not for the change itself: then another start can make it. */
    private boolean isOutside(RuntimeException e) {
        boolean noRoom = e instanceof RegistryException refused
                && (refused.problem() == Problem.STORAGE_FULL || refused.problem() == Problem.STORAGE_FAILED);
        return noRoom || isDatabaseGone.getAsBoolean() || disk.failure().isPresent();
    }

    private void setAside(Noted noted, String name, RuntimeException reason) throws IOException {
        log.error("A change cannot be made again; it is left out, and kept as {}", directory.resolve(name), reason);
        try (FileChannel file = disk.open(
                directory.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(JournalRecord.write(List.of(noted)));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
        disk.forceNames(directory);
    }
}
