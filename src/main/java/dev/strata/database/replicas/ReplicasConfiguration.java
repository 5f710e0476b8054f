package dev.strata.database.replicas;

import com.zaxxer.hikari.HikariDataSource;
import dev.strata.database.DatabaseKind;
import dev.strata.database.DatabaseProperties;
import dev.strata.storage.directory.DataDirectory;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

@Configuration(proxyBeanMethods = false)
class ReplicasConfiguration {

    @Bean
    Claims claims(DatabaseKind kind, JdbcTemplate jdbc, DataDirectory directory) throws IOException {
        if (!kind.isShared()) {
            return new OwnClaims();
        }
        new SharedDirectory(jdbc, UUID.randomUUID()).requireOwn(directory);
        return new SharedClaims(jdbc, UUID.randomUUID());
    }

    @Bean
    Signals signals(DatabaseKind kind, JdbcTemplate jdbc, DataSource pool, DatabaseProperties properties)
            throws SQLException {
        if (!kind.isShared()) {
            return new OwnSignals();
        }
        return new PostgresSignals(jdbc, properties.listen() ? line(pool.unwrap(HikariDataSource.class)) : null);
    }

    /** Not one of the pool: it is never given back. */
    private static PostgresSignals.Line line(HikariDataSource pool) {
        return () -> {
            Properties properties = new Properties();
            properties.putAll(pool.getDataSourceProperties());
            set(properties, "user", pool.getUsername());
            set(properties, "password", pool.getPassword());
            return DriverManager.getConnection(pool.getJdbcUrl(), properties);
        };
    }

    private static void set(Properties properties, String name, @Nullable String value) {
        if (value != null) {
            properties.setProperty(name, value);
        }
    }
}
