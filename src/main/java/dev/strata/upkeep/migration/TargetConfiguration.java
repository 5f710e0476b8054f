package dev.strata.upkeep.migration;

import dev.strata.memory.MemoryBudget;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;

/**
 * A database and a store as a registry has them, and nothing that works on them by itself. It is no configuration of the
 * registry's own: those are found by their annotation, which this one lacks.
 */
@ComponentScan(
        basePackages = {"dev.strata.storage", "dev.strata.database"},
        excludeFilters =
                @ComponentScan.Filter(
                        type = FilterType.REGEX,
                        pattern = "dev\\.strata\\.database\\.(entities|replay|replicas|work)\\..*"))
@Import(MemoryBudget.class)
@ImportAutoConfiguration({
    DataSourceAutoConfiguration.class,
    FlywayAutoConfiguration.class,
    JdbcTemplateAutoConfiguration.class,
    JdbcClientAutoConfiguration.class
})
class TargetConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    MeterRegistry meters() {
        return new SimpleMeterRegistry();
    }

    /** Not even the schema of somebody else's database is changed. */
    @Bean
    FlywayMigrationStrategy onlyOwn(DataSource database, MigrationSource source) {
        return flyway -> {
            requireOwn(database, source);
            flyway.migrate();
        };
    }

    private static void requireOwn(DataSource database, MigrationSource source) {
        try (Connection connection = database.getConnection()) {
            source.requireOwn(connection);
        } catch (SQLException e) {
            throw new IllegalStateException("The database cannot be reached", e);
        }
    }
}
