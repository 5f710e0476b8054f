package dev.strata.upkeep.migration;

import dev.strata.database.DatabaseKind;
import dev.strata.database.durability.CommitDurability;
import dev.strata.storage.BlobStore;
import dev.strata.storage.directory.DataDirectoryException;
import dev.strata.upkeep.commands.OperationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.springframework.beans.BeansException;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;

/** The database and the store that a registry is moved to. Nobody can serve them before all has arrived. */
final class MigrationTarget implements AutoCloseable {

    private static final String DIRECTORY = "strata.data-dir";

    private final AnnotationConfigApplicationContext context;

    private MigrationTarget(AnnotationConfigApplicationContext context) {
        this.context = context;
    }

    /** The settings that a registry will be served with: a file of properties, and nothing beside it. */
    static Map<String, Object> settings(Path file) throws IOException {
        Properties properties = new Properties();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, Object> settings = new HashMap<>();
        properties.forEach((name, value) -> settings.put(name.toString(), value));
        Object directory = settings.get(DIRECTORY);
        if (directory == null || !Path.of(directory.toString()).isAbsolute()) {
            throw new OperationException(file + " must say " + DIRECTORY + ", as an absolute path");
        }
        return settings;
    }

    /**
     * Opens it, and makes the tables where there are none.
     *
     * @throws OperationException where it cannot be opened, or is not empty and was not begun from there
     */
    static MigrationTarget open(Map<String, Object> settings, MigrationSource source) throws IOException {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        StandardEnvironment environment = new StandardEnvironment() {
            @Override
            protected void customizePropertySources(MutablePropertySources sources) {
                sources.addFirst(new MapPropertySource("target", settings)); // those of the process are the source's
            }
        };
        context.setEnvironment(environment);
        context.registerBean(MigrationSource.class, () -> source);
        context.register(TargetConfiguration.class);
        try {
            context.refresh();
        } catch (BeansException e) {
            context.close();
            throw refused(e);
        }
        MigrationTarget target = new MigrationTarget(context);
        try {
            target.begin(source);
            return target;
        } catch (IOException | RuntimeException e) {
            try (target) {
                throw e;
            }
        }
    }

    private static RuntimeException refused(BeansException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OperationException refusal) {
                return refusal;
            }
            if (cause instanceof DataDirectoryException
                    || cause instanceof SQLException
                    || cause instanceof IllegalArgumentException) { // of a setting
                return new OperationException("it cannot be moved there: " + cause.getMessage(), failure);
            }
        }
        return failure;
    }

    private void begin(MigrationSource source) throws IOException {
        if (MigrationSource.isNoted(jdbc())) {
            return;
        }
        if (!store().isEmpty()) {
            throw new OperationException("there are blobs already where they are to be moved to");
        }
        source.note(jdbc());
    }

    BlobStore store() {
        return context.getBean(BlobStore.class);
    }

    DataSource database() {
        return context.getBean(DataSource.class);
    }

    JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    void makeDurable() {
        context.getBean(CommitDurability.class).checkpoint();
    }

    /** Releases everything, and makes it durable. */
    @Override
    public void close() {
        boolean isEmbedded = context.getBean(DatabaseKind.class) == DatabaseKind.EMBEDDED;
        JdbcConnectionDetails details = context.getBean(JdbcConnectionDetails.class);
        context.close();
        if (isEmbedded) {
            shutDown(details); // it stays open with the process else, and nobody else could open it
        }
    }

    private static void shutDown(JdbcConnectionDetails details) {
        try (Connection connection =
                        DriverManager.getConnection(details.getJdbcUrl(), details.getUsername(), details.getPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        } catch (SQLException e) {
            throw new IllegalStateException("The database cannot be closed", e);
        }
    }
}
