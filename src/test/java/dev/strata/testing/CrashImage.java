package dev.strata.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a crash leaves of a data directory: a copy of it, while it is served. The database's file changes in checkpoints only,
 * and each of them begins another file of the journal, so that it shows whether there was one meanwhile.
 */
public final class CrashImage {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final Path data;
    private final Set<String> journal;

    private CrashImage(Path data, Set<String> journal) {
        this.data = data;
        this.journal = journal;
    }

    /** The files of the journal: with the next checkpoint they are others. */
    public static Set<String> journal(Path data) {
        try (Stream<Path> files = Files.list(data.resolve("metadata"))) {
            Set<String> names = new TreeSet<>();
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("journal-"))
                    .forEach(names::add);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when the database's file has all that was done before, and says what the journal is called from then on. */
    public static Set<String> awaitCheckpoint(Path data) {
        Set<String> before = journal(data);
        await("a checkpoint").atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> {
            Set<String> now = journal(data);
            return now.size() == 1 && !now.equals(before);
        });
        return journal(data);
    }

    /** What a crash leaves now. */
    public static CrashImage of(Path data) {
        for (int attempt = 0; attempt < 100; attempt++) {
            Set<String> before = journal(data);
            Path copy = OwnDataDirectory.create();
            boolean isWhole = copy(data, copy);
            if (isWhole && before.size() == 1 && journal(data).equals(before)) {
                return new CrashImage(copy, before);
            }
        }
        throw new AssertionError("There is one checkpoint after the other");
    }

    private static boolean copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (Files.isRegularFile(file)) { // and no socket
                    Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return true;
        } catch (NoSuchFileException | UncheckedIOException e) {
            return false; // it went meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the journal has what an earlier image's has too: of a crash in a checkpoint, when its database was written. */
    public CrashImage withJournalOf(CrashImage earlier) {
        for (String file : earlier.journal) {
            try {
                Files.copy(earlier.metadata(file), metadata(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return this;
    }

    private Path metadata(String file) {
        return data.resolve("metadata").resolve(file);
    }

    public Set<String> journal() {
        return journal;
    }

    public Path data() {
        return data;
    }
}
