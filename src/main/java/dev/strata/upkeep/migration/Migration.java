package dev.strata.upkeep.migration;

import dev.strata.database.durability.DatabaseCopy;
import dev.strata.database.replicas.Claims;
import dev.strata.storage.BlobStore;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.upkeep.backup.BlobRows;
import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.commands.OperationException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Moves this registry to another database and another store. Blobs come first, and may be copied while the registry serves:
 * they never change. The rest is copied when nobody can push any more, and is what it was at that moment.
 */
@Component
class Migration {

    /** What a replica that was killed had is its own for so long. */
    private static final Duration REPLICA_GONE = Duration.ofSeconds(12);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final BlobStore store;
    private final DatabaseCopy copy;
    private final DataSource database;
    private final DataDirectory directory;
    private final Claims claims;
    private final boolean isServing;

    /** @param port below 0 where this process serves nobody, and was started for a command */
    Migration(
            BlobStore store,
            DatabaseCopy copy,
            DataSource database,
            DataDirectory directory,
            Claims claims,
            @Value("${server.port}") int port) {
        this.store = store;
        this.copy = copy;
        this.database = database;
        this.directory = directory;
        this.claims = claims;
        this.isServing = port >= 0;
    }

    /** How a run ended. */
    enum Result {
        /** All is there. */
        MOVED,
        /** All but what is damaged or missing here. */
        MOVED_WITHOUT_DAMAGED,
        /** The registry serves: its blobs are there, and the rest is not. */
        ONLY_BLOBS
    }

    /** @throws OperationException where the target is another registry's, or others still push here */
    Result run(Path settings, int parallel, Lines lines) throws IOException, SQLException, InterruptedException {
        Map<String, Object> there = MigrationTarget.settings(settings);
        long missing;
        try (MigrationTarget target = MigrationTarget.open(there, new MigrationSource(name()))) {
            MigratedBlobs blobs = new MigratedBlobs(store, target.store(), target.jdbc(), lines, parallel);
            blobs.recover();
            blobs.bringAll(new BlobRows(database));
            lines.say(blobs.sum());
            if (isServing) {
                return Result.ONLY_BLOBS;
            }
            requireAlone();
            missing = finish(target, blobs, lines);
        }
        return missing == 0 ? Result.MOVED : Result.MOVED_WITHOUT_DAMAGED;
    }

    /** Tells this registry from others. */
    private String name() throws IOException {
        return copy.isEmbedded()
                ? directory.identity()
                : new JdbcTemplate(database).queryForList("select name from database_name", String.class).getFirst();
    }

    private void requireAlone() throws InterruptedException {
        long patience = System.nanoTime() + REPLICA_GONE.toNanos();
        while (claims.isOtherAlive()) {
            if (System.nanoTime() - patience > 0) {
                throw new OperationException("replicas still serve this database: stop them, and give the command again");
            }
            Thread.sleep(PAUSE);
        }
    }

    private long finish(MigrationTarget target, MigratedBlobs blobs, Lines lines) throws IOException, SQLException {
        try (BlobStore.Kept _ = store.keepAll();
                Snapshot moment = Snapshot.of(database, copy, directory.uploads())) {
            long missing = blobs.bringAll(new BlobRows(moment.source()));
            new DatabaseMove(moment.connection(), target.database(), lines).run(blobs);
            blobs.deleteOthers();
            target.makeDurable(); // what says that all is there must not be there sooner than all the rest
            MigrationSource.forget(target.jdbc());
            return missing;
        }
    }
}
