package dev.strata.upkeep.migration;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Refuses to serve a registry that has not arrived yet. */
@Component
class FinishedMigration {

    FinishedMigration(JdbcTemplate jdbc) {
        if (MigrationSource.isNoted(jdbc)) {
            throw new UnfinishedMigrationException();
        }
    }
}
