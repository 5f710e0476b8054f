package dev.strata.upkeep.backup;

import dev.strata.database.durability.DatabaseCopy;
import dev.strata.storage.BlobContent;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.commands.OperationException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.util.FileSystemUtils;

/**
 * Writes one backup while the registry goes on. Blobs come before the database, so that most of the time is spent while
 * nobody waits for it. Then no blob is deleted until the database is copied, and until all blobs that the copy knows are in
 * the backup too: it is the registry of one moment, whatever is pushed and collected meanwhile.
 */
final class Backup {

    private final BlobStore store;
    private final DatabaseCopy database;
    private final DataSource rows;
    private final Clock clock;
    private final Lines lines;
    private final boolean mayLink;
    private long taken;
    private long bytes;
    private long missing;

    /** @param mayLink whether blobs of the backup may be the same files as the registry's */
    Backup(BlobStore store, DatabaseCopy database, DataSource rows, Clock clock, Lines lines, boolean mayLink) {
        this.store = store;
        this.database = database;
        this.rows = rows;
        this.clock = clock;
        this.lines = lines;
        this.mayLink = mayLink;
    }

    /**
     * Writes it, and says whether all is in it.
     *
     * @param dump for a database that is not embedded: a command of the shell that copies it to the file $BACKUP
     * @param keep how many backups are kept, with this one; all where it is not said
     */
    boolean write(Path root, Optional<String> dump, OptionalInt keep) throws IOException, InterruptedException {
        if (!database.isEmbedded() && dump.isEmpty()) {
            throw new OperationException("the database is not embedded: say with --dump how it is copied");
        }
        try (BackupDirectory directory = BackupDirectory.open(root)) {
            BlobRows live = new BlobRows(rows);
            live.visitAll(blob -> bring(blob, directory));
            lines.say("%,d blobs copied or linked, %,d bytes; now the database".formatted(taken, bytes));
            long inFirst = missing;
            missing = 0;
            Path run;
            try (BlobStore.Kept _ = store.keepAll()) {
                live.visitAll(blob -> bring(blob, directory)); // few: what came meanwhile
                run = directory.begin(clock.instant());
                missing = 0;
                if (database.isEmbedded()) {
                    database.copy(run.resolve(BackupDirectory.METADATA));
                    listCopied(run, directory);
                } else {
                    dump(dump.orElseThrow(), run);
                    list(live, run, directory);
                }
            }
            String name = directory.finish(run);
            lines.say("backup %s is written: %,d new blobs, %,d bytes".formatted(name, taken, bytes));
            if (keep.isPresent()) {
                lines.say("%,d blobs went with older backups".formatted(OldBackups.delete(directory, root, keep.getAsInt())));
            }
            if (missing > 0) {
                lines.say("%,d blobs are damaged or missing in the registry, and so in the backup; strata check lists them"
                        .formatted(missing));
            } else if (inFirst > 0) {
                lines.say("all damaged blobs that were met at first are healed or gone");
            }
            return missing == 0;
        }
    }

    private void bring(StoredBlob blob, BackupDirectory directory) throws IOException {
        if (directory.has(blob)) {
            return;
        }
        Optional<BlobContent> content = store.find(blob);
        if (content.isPresent() && put(blob, content.get(), directory)) {
            taken++;
            bytes += blob.size();
        } else {
            missing++;
        }
    }

    /** Opens the copy, which shows that it can be restored, and lists the blobs that it knows. */
    private void listCopied(Path run, BackupDirectory directory) throws IOException {
        Path opened = Files.createDirectory(run.resolve("opened"));
        try {
            CopiedDatabase.unpack(run.resolve(BackupDirectory.METADATA), opened);
            try (SingleConnectionDataSource copy = CopiedDatabase.readOnly(opened)) {
                list(new BlobRows(copy), run, directory);
            }
        } finally {
            FileSystemUtils.deleteRecursively(opened);
        }
    }

    private boolean put(StoredBlob blob, BlobContent content, BackupDirectory directory) throws IOException {
        if (content instanceof BlobContent.LocalFile file) {
            return directory.put(blob, file.path(), mayLink);
        }
        try (InputStream in = content.openFrom(0)) {
            return directory.put(blob, in);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void list(BlobRows known, Path run, BackupDirectory directory) throws IOException {
        try (BufferedWriter list = Files.newBufferedWriter(run.resolve(BackupDirectory.BLOBS))) {
            known.visitAll(blob -> {
                bring(blob, directory);
                if (directory.has(blob)) {
                    list.write(BackupDirectory.line(blob));
                    list.newLine();
                }
            });
        }
    }

    private static void dump(String command, Path run) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).inheritIO();
        shell.environment().put("BACKUP", run.resolve("database").toString());
        int code = shell.start().waitFor();
        if (code != 0 || !Files.exists(run.resolve("database"))) {
            throw new OperationException("the database was not copied: the command ended with " + code);
        }
    }
}
