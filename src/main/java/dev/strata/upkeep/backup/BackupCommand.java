package dev.strata.upkeep.backup;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a backup. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = "Writes a backup of the whole registry, which goes on meanwhile. Backups in one directory share their "
                + "blobs: each takes only what is new.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the backup is whole", "1:it lacks damaged blobs, or was not written"})
final class BackupCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIRECTORY", description = "Where the backups lie.")
    private @Nullable Path directory;

    @Option(
            names = "--copy",
            description = "Copy blobs also where they could be links to the registry's own files, as on the same disk.")
    private boolean copy;

    @Option(
            names = "--dump",
            paramLabel = "COMMAND",
            description = "Where PostgreSQL has the metadata: a command of the shell that writes it to the file $BACKUP, "
                    + "such as 'pg_dump -Fc -f \"$BACKUP\" strata'.")
    private Optional<String> dump = Optional.empty();

    @Option(
            names = "--keep",
            paramLabel = "NUMBER",
            description = "Then delete all but so many backups, and the blobs that only those had.")
    private int keep;

    private final Function<Boolean, Backup> backups;

    BackupCommand(Function<Boolean, Backup> backups) {
        this.backups = backups;
    }

    @Override
    public Integer call() throws Exception {
        if (directory == null) {
            throw new IllegalStateException("picocli requires it");
        }
        return backups.apply(!copy).write(directory, dump, keep > 0 ? OptionalInt.of(keep) : OptionalInt.empty()) ? 0 : 1;
    }
}
