package dev.strata.upkeep.migration;

/** Not all has arrived of a registry that is being moved here. */
public final class UnfinishedMigrationException extends RuntimeException {

    UnfinishedMigrationException() {
        super("A registry is being moved to this database, and not all of it has arrived");
    }
}
