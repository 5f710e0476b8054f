package dev.strata.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.strata.database.durability.CommitDurability;
import dev.strata.database.durability.DurableTransactionManager;
import dev.strata.database.durability.EmbeddedDurability;
import dev.strata.database.durability.WriteWatch;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.storage.directory.Disk;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.resilience.annotation.EnableResilientMethods;

@Configuration(proxyBeanMethods = false)
@EnableResilientMethods(proxyTargetClass = true)
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseConfiguration {

    /** The embedded default, where no other database is set. */
    @Bean
    @ConditionalOnProperty(name = "spring.datasource.url", matchIfMissing = true, havingValue = "embedded")
    JdbcConnectionDetails embeddedDatabase(DataDirectory directory) {
        String url = "jdbc:h2:file:" + directory.database()
                // ON CONFLICT DO NOTHING and lower-case names, as PostgreSQL has them.
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
                // The kernel releases this lock with the process, however that ends.
                + ";FILE_LOCK=FS;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1"
                // Manifests lie in their rows. Waiting for another transaction beats failing because of it.
                + ";MAX_LENGTH_INPLACE_LOB=1048576;LOCK_TIMEOUT=5000;CACHE_SIZE=32768"
                // Checkpoints write it, between transactions; see EmbeddedDurability.
                + ";WRITE_DELAY=2000000000"
                // Parsed once and for all: there are fewer statements than this.
                + ";QUERY_CACHE_SIZE=64";
        return new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return "sa";
            }

            @Override
            public String getPassword() {
                return "";
            }

            @Override
            public String getJdbcUrl() {
                return url;
            }
        };
    }

    /** Before the pool opens its first connection. */
    @Bean
    static BeanPostProcessor postgresConnections(ObjectProvider<DatabaseProperties> properties) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessBeforeInitialization(Object bean, String name) {
                if (bean instanceof HikariDataSource pool && isPostgres(pool)) {
                    properties.getObject().limit(pool);
                }
                return bean;
            }
        };
    }

    private static boolean isPostgres(HikariDataSource pool) {
        String url = pool.getJdbcUrl();
        return url != null && url.startsWith("jdbc:postgresql:");
    }

    /** A migration takes as long as it needs. */
    @Bean
    FlywayConfigurationCustomizer unlimitedMigrations(DatabaseKind kind, DataSource dataSource) {
        return configuration -> {
            if (kind == DatabaseKind.POSTGRESQL && dataSource instanceof HikariDataSource pool) {
                configuration.dataSource(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword());
            }
        };
    }

    /** What the migrations leave open, because the databases name it differently. */
    @Bean
    FlywayConfigurationCustomizer columnTypes(DatabaseKind kind) {
        return configuration -> configuration.placeholders(
                kind == DatabaseKind.EMBEDDED
                        ? Map.of(
                                "bytes_64", "varbinary(64)",
                                "bytes_large", "binary large object",
                                "by_code", "",
                                "random_bytes", "secure_rand(32)",
                                "passing", "")
                        : Map.of(
                                "bytes_64", "bytea",
                                "bytes_large", "bytea",
                                "by_code", "collate \"C\"",
                                // Each has 122 random bits from the system's own source.
                                "random_bytes", "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())",
                                // What a crash may take.
                                "passing", "unlogged"));
    }

    @Bean
    CommitDurability commitDurability(DatabaseKind kind, DataSource dataSource, DataDirectory directory, Disk disk)
            throws IOException, SQLException {
        return kind == DatabaseKind.EMBEDDED
                ? new EmbeddedDurability(
                        dataSource, directory.database().getParent(), disk, new SecureRandom()::nextLong)
                : new CommitDurability.OfTheDatabase();
    }

    @Bean
    @Primary
    DurableTransactionManager transactionManager(
            DataSource dataSource, DatabaseKind kind, CommitDurability durability, WriteWatch watch) {
        // No bean, so that nobody takes it for the durable one.
        JdbcTransactionManager transactions =
                kind.isShared() ? new TransactionsOfDatabase(dataSource) : new JdbcTransactionManager(dataSource);
        return new DurableTransactionManager(transactions, durability, watch);
    }

    /** Spring's own, which tells the watch of each statement. */
    @Bean
    JdbcTemplate jdbcTemplate(DataSource dataSource, DatabaseKind kind, DatabaseProperties properties) {
        JdbcTemplate template = new JdbcTemplate(dataSource) {
            @Override
            protected void applyStatementSettings(Statement statement) throws SQLException {
                WriteWatch.countStatement();
                super.applyStatementSettings(statement);
            }
        };
        if (kind.isShared() && properties.statementTimeout().isPositive()) {
            template.setQueryTimeout((int) Math.max(1, properties.statementTimeout().toSeconds()));
        }
        return template;
    }

    @Bean
    DatabaseKind databaseKind(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return connection.getMetaData().getDatabaseProductName().equals("H2")
                    ? DatabaseKind.EMBEDDED
                    : DatabaseKind.POSTGRESQL;
        } catch (SQLException e) {
            throw new IllegalStateException("The database cannot be reached", e);
        }
    }
}
