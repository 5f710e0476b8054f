package dev.strata.upkeep.backup;

import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.upkeep.commands.OperationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a data directory out of a backup. No registry runs meanwhile. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = "Makes a data directory out of a backup. One that is broken off goes on when it is given again.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the registry can be started", "1:it was not restored, or lacks blobs that the backup has damaged"})
public final class RestoreCommand implements Callable<Integer> {

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

    private final PrintStream out;

    public RestoreCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        if (directory == null) {
            throw new IllegalStateException("picocli requires it");
        }
        try {
            return restore(directory);
        } catch (OperationException e) {
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
        long damaged = restoreBlobs(backups, from, restored);
        restoreDatabase(from, restored);
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

    private long restoreBlobs(Path backups, Path from, DataDirectory.Restoring restored) throws IOException {
        long damaged = 0;
        try (BufferedReader lines = Files.newBufferedReader(from.resolve(BackupDirectory.BLOBS))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Optional<StoredBlob> blob = BackupDirectory.read(line);
                if (blob.isPresent() && !restoreBlob(backups, blob.get(), restored)) {
                    out.println("damaged: " + blob.get().digest());
                    damaged++;
                }
            }
        }
        return damaged;
    }

    private boolean restoreBlob(Path backups, StoredBlob blob, DataDirectory.Restoring restored) throws IOException {
        Path file = restored.blob(blob.digest());
        if (Files.exists(file)) {
            return true; // of a restore that was broken off: it was whole when it got its name
        }
        Path source = BackupDirectory.blob(backups, blob.digest());
        Path unfinished = restored.unfinished();
        Files.deleteIfExists(unfinished);
        if (!Files.exists(source) || !BackupDirectory.bring(source, unfinished, blob.digest(), !copy)) {
            Files.deleteIfExists(unfinished);
            return false;
        }
        Files.createDirectories(file.getParent());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return true;
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
