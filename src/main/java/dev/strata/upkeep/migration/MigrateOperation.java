package dev.strata.upkeep.migration;

import dev.strata.upkeep.commands.DirectoryOperation;
import dev.strata.upkeep.commands.Lines;
import java.util.concurrent.Callable;
import org.springframework.stereotype.Component;

/** {@code strata migrate --to=FILE}. */
@Component
class MigrateOperation implements DirectoryOperation {

    private final Migration migration;

    MigrateOperation(Migration migration) {
        this.migration = migration;
    }

    @Override
    public Callable<Integer> command(Lines lines) {
        return new MigrateCommand(migration, lines);
    }
}
