package dev.strata.bench;

import dev.strata.Strata;
import dev.strata.savings.books.Bookkeeper;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/** A data directory whose database gets its rows by statements: through the protocol, as many would take hours. */
final class FilledDatabase {

    private FilledDatabase() {
    }

    /**
     * Makes the directory, has the rows inserted, and waits until what sharing saves is counted from them.
     *
     * @return how long the counting took
     */
    static Duration fill(Path data, Consumer<JdbcTemplate> rows) {
        String[] arguments = {
            "--server.port=0",
            "--strata.data-dir=" + data,
            // Blobs and configurations are made up, and each that is not there would be an error.
            "--strata.upkeep.scrub=0",
            "--logging.level.dev.strata.storage=off"
        };
        String url;
        Duration taken;
        try (ConfigurableApplicationContext context =
                new SpringApplicationBuilder(Strata.class).run(arguments)) {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            rows.accept(jdbc);
            long begin = System.nanoTime();
            Bookkeeper bookkeeper = context.getBean(Bookkeeper.class);
            do {
                bookkeeper.catchUp(Duration.ofSeconds(10));
                jdbc.execute("checkpoint");
            } while (bookkeeper.current().pending() > 0);
            taken = Duration.ofNanos(System.nanoTime() - begin);
            url = jdbc.execute((ConnectionCallback<String>) connection -> connection.getMetaData().getURL());
        }
        shutDown(url);
        return taken;
    }

    /** This process keeps the database open, which another one is to open now. */
    private static void shutDown(String url) {
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute("shutdown");
        } catch (SQLException e) {
            throw new IllegalStateException("The database cannot be shut down", e);
        }
    }
}
