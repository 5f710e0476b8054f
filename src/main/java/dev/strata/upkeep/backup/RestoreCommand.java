package dev.strata.upkeep.backup;

import dev.strata.problem.RegistryException;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.upkeep.commands.OperationException;
import dev.strata.upkeep.moving.Crew;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Makes a data directory out of a backup. No registry runs meanwhile. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Makes a data directory out of a backup. One that is broken off goes on when it is given again. With "
                + "--strata.storage.kind=s3 and the settings of a bucket, as of the server, blobs that were on S3 come there.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the registry can be started", "1:it was not restored, or lacks blobs that the backup has damaged"})
public final class RestoreCommand implements Callable<Integer> {

    private static final String STORAGE = "--strata.storage.";
    private static final Duration PROGRESS = Duration.ofSeconds(10);

    @Parameters(paramLabel = "DIRECTORY", description = "Where the backups lie.")
    private @Nullable Path directory;

    @Option(names = "--run", paramLabel = "NAME", description = "Which of them; the last one where it is not said.")
    private Optional<String> run = Optional.empty();

    @Option(
            names = "--strata.data-dir",
            defaultValue = "data",
            paramLabel = "DIRECTORY",
            description = "The data directory; it must be empty, or not be there. By default ${DEFAULT-VALUE}.")
    private Path target = Path.of("data");

    @Option(names = "--copy", description = "Copy blobs also where they could be links to the backup's own files.")
    private boolean copy;

    @Unmatched
    private List<String> settings = new ArrayList<>();

    private final PrintStream out;

    public RestoreCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (directory == null) {
            throw new IllegalStateException("picocli requires it");
        }
        Optional<String> unknown = settings.stream().filter(word -> !word.startsWith(STORAGE)).findFirst();
        if (unknown.isPresent()) {
            out.println("strata: unknown option: " + unknown.get());
            return CommandLine.ExitCode.USAGE;
        }
        try {
            return restore(directory);
        } catch (OperationException | RegistryException e) {
            out.println("strata: " + e.getMessage());
            return 1;
        } catch (IOException e) {
            out.println("strata: " + e); // of some, the message is a path only
            return 1;
        }
    }

    private int restore(Path backups) throws IOException {
        List<String> names = Files.isDirectory(backups.resolve("runs")) ? BackupDirectory.runs(backups) : List.of();
        String name = run.or(() -> names.isEmpty() ? Optional.empty() : Optional.of(names.getLast()))
                .filter(names::contains)
                .orElseThrow(() -> new OperationException(backups + " has no such backup; it has " + names));
        Path from = backups.resolve("runs").resolve(name);
        DataDirectory.Restoring restored = begin();
        boolean isEmbedded = Files.exists(from.resolve(BackupDirectory.METADATA));
        Optional<RestoredBlobs> bucket = RestoredBucket.of(settings);
        long damaged;
        try (RestoredBlobs blobs = bucket.orElseGet(() -> new RestoredFiles(restored, isEmbedded, !copy))) {
            damaged = restoreBlobs(backups, from, blobs);
        }
        restoreDatabase(from, restored);
        if (isEmbedded && bucket.isEmpty()) {
            CopiedDatabase.haveBlobsInFiles(restored.metadata());
        }
        restored.finish();
        out.println("backup " + name + " is restored to " + target);
        if (damaged > 0) {
            out.printf("%,d blobs are damaged in the backup, and missing now%n", damaged);
        }
        return damaged == 0 ? 0 : 1;
    }

    private DataDirectory.Restoring begin() throws IOException {
        return DataDirectory.restoring(target)
                .orElseThrow(() -> new OperationException(target + " is not empty: restore to another directory"));
    }

    private long restoreBlobs(Path backups, Path from, RestoredBlobs restored) throws IOException {
        AtomicLong damaged = new AtomicLong();
        AtomicLong brought = new AtomicLong();
        try (BufferedReader lines = Files.newBufferedReader(from.resolve(BackupDirectory.BLOBS));
                Crew crew = new Crew(restored.atOnce(), PROGRESS, () -> out.printf("%,d blobs so far%n", brought.get()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Optional<StoredBlob> blob = BackupDirectory.read(line);
                blob.ifPresent(known -> crew.give(() -> {
                    brought.incrementAndGet();
                    if (!restoreBlob(backups, known, restored)) {
                        out.println("damaged: " + known.digest());
                        damaged.incrementAndGet();
                    }
                }));
            }
            crew.await();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return damaged.get();
    }

    private static boolean restoreBlob(Path backups, StoredBlob blob, RestoredBlobs restored) {
        Path source = BackupDirectory.blob(backups, blob.digest());
        try {
            return Files.exists(source) && restored.bring(blob, source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restoreDatabase(Path from, DataDirectory.Restoring restored) throws IOException {
        Path zip = from.resolve(BackupDirectory.METADATA);
        if (Files.exists(zip)) {
            CopiedDatabase.unpack(zip, restored.metadata());
        } else {
            out.println("restore the database from " + from.resolve("database") + ", as with pg_restore, before you start Strata");
        }
    }
}
