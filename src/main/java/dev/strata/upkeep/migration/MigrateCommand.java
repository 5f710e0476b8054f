package dev.strata.upkeep.migration;

import dev.strata.upkeep.commands.Lines;
import dev.strata.upkeep.commands.OperationException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves the registry. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = "Moves the registry to another database and another place of its blobs. While it serves, this copies blobs "
                + "only; given again when it is stopped, it copies the rest. What was broken off goes on.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is moved",
            "1:it is moved without what is damaged, as listed; or it was broken off",
            "3:the blobs are copied: stop Strata, and give the command again"
        })
final class MigrateCommand implements Callable<Integer> {

    private static final int MOST_PARALLEL = 64;
    private static final int DAMAGED = 1;
    private static final int ONLY_BLOBS = 3;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = "The settings that the registry will be served with: spring.datasource.*, strata.storage.*, and "
                    + "strata.data-dir, another directory than now.")
    private @Nullable Path settings;

    @Option(
            names = "--parallel",
            defaultValue = "4",
            paramLabel = "NUMBER",
            description = "How many blobs are copied at the same time; ${DEFAULT-VALUE} by default.")
    private int parallel;

    private final Migration migration;
    private final Lines lines;

    MigrateCommand(Migration migration, Lines lines) {
        this.migration = migration;
        this.lines = lines;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        if (settings == null) {
            throw new IllegalStateException("picocli requires it");
        }
        if (parallel < 1 || parallel > MOST_PARALLEL) {
            throw new OperationException("--parallel must be from 1 to " + MOST_PARALLEL);
        }
        return switch (migration.run(settings, parallel, lines)) {
            case MOVED -> {
                lines.say("the registry is moved: serve it with the settings of " + settings);
                yield 0;
            }
            case MOVED_WITHOUT_DAMAGED -> {
                lines.say("the registry is moved, but for the blobs that are damaged or missing here, as listed: push them again");
                yield DAMAGED;
            }
            case ONLY_BLOBS -> {
                lines.say("the blobs are there: stop Strata, and give the command again, which copies the rest");
                yield ONLY_BLOBS;
            }
        };
    }
}
