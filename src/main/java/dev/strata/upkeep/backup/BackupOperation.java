package dev.strata.upkeep.backup;

import dev.strata.database.durability.DatabaseCopy;
import dev.strata.storage.BlobStore;
import dev.strata.upkeep.commands.DirectoryOperation;
import dev.strata.upkeep.commands.Lines;
import java.time.Clock;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/** {@code strata backup DIRECTORY}. */
@Component
class BackupOperation implements DirectoryOperation {

    private final BlobStore store;
    private final DatabaseCopy database;
    private final DataSource rows;
    private final Clock clock;

    BackupOperation(BlobStore store, DatabaseCopy database, DataSource rows, Clock clock) {
        this.store = store;
        this.database = database;
        this.rows = rows;
        this.clock = clock;
    }

    @Override
    public Callable<Integer> command(Lines lines) {
        return new BackupCommand(mayLink -> new Backup(store, database, rows, clock, lines, mayLink));
    }
}
