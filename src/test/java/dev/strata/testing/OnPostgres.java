package dev.strata.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;

/**
 * Runs the tests that a class inherits on PostgreSQL instead of the embedded database. Each registry has a database of its
 * own, since one process serves a data directory.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ContextConfiguration(initializers = OnPostgres.Database.class)
public @interface OnPostgres {

    /** Starts one server for all such classes; it ends with the tests' process. */
    final class Database implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of(settings()).applyTo(context);
        }

        /** Those of a new database, each as {@code name=value}. */
        public static String[] settings() {
            return new String[] {
                "spring.datasource.url=" + Server.POSTGRES.getJdbcUrl("postgres", Server.newDatabase()),
                "spring.datasource.username=postgres",
                "spring.datasource.password=postgres",
                // The server may end before the registry does, which then asks it in vain.
                "spring.datasource.hikari.connection-timeout=5000"
            };
        }
    }

    /** Initialized with the first class that needs it. */
    final class Server {

        private static final EmbeddedPostgres POSTGRES = start();

        private static final AtomicInteger DATABASES = new AtomicInteger();

        private Server() {}

        private static String newDatabase() {
            String name = "strata_" + DATABASES.incrementAndGet();
            try (Connection connection = POSTGRES.getPostgresDatabase().getConnection();
                    Statement create = connection.createStatement()) {
                create.execute("create database " + name);
            } catch (SQLException e) {
                throw new IllegalStateException("A database for the tests cannot be made", e);
            }
            return name;
        }

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        // A collation by language, so that ordering by code is the schema's own doing.
                        .setLocaleConfig("locale-provider", "icu")
                        .setLocaleConfig("icu-locale", "en-US")
                        .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
