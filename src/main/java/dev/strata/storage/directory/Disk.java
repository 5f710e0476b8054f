package dev.strata.storage.directory;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls to the disk on which durability rests, and the one place that decides what happens when one of them fails.
 *
 * <p>The kernel may drop what it could not write and still call the next force a success. After a failure, then, nothing
 * that this process does proves that anything is durable. It stops acknowledging writes, reports that it is not live, and
 * leaves it to the next start to read what the disk really holds.
 */
public class Disk {

    private static final Logger log = LoggerFactory.getLogger(Disk.class);

    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final Runnable onFailure;

    /** @param onFailure runs once, at the first failure */
    public Disk(Runnable onFailure) {
        this.onFailure = onFailure;
    }

    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, options);
    }

    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    public void delete(Path file) throws IOException {
        Files.delete(file);
    }

    /**
     * Forces the names in a directory: a file's bytes are durable only when the directory that names it is.
     *
     * @throws RegistryException STORAGE_FAILED, now and from now on
     */
    public final void forceNames(Path directory) {
        try (FileChannel channel = open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failed("the names in " + directory + " could not be forced to the disk", e);
        }
    }

    /** Creates a directory, and those above it, such that they outlive a power cut. */
    public final void createDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        createDirectory(parent);
        Files.createDirectories(directory);
        forceNames(parent);
    }

    /**
     * Remembers a failure after which nothing is certain any more.
     *
     * @return what to throw
     */
    public final RegistryException failed(String what, Throwable cause) {
        if (failure.compareAndSet(null, what)) {
            log.error(
                    "Writes are refused from now on, because {}. What was acknowledged before is safe; a restart of"
                            + " Strata puts the rest right.",
                    what,
                    cause);
            onFailure.run();
        }
        return refusal(what, cause);
    }

    /** @throws RegistryException STORAGE_FAILED after a failure */
    public final void requireSound() {
        String what = failure.get();
        if (what != null) {
            throw refusal(what, null);
        }
    }

    /** What failed, if anything did. */
    public final Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }

    private static RegistryException refusal(String what, @Nullable Throwable cause) {
        return new RegistryException(
                Problem.STORAGE_FAILED,
                "the registry takes no writes until it is started again: its disk failed",
                Map.of("reason", what),
                cause);
    }
}
