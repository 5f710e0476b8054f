package dev.strata.database.replicas;

import dev.strata.storage.directory.DataDirectory;
import java.io.IOException;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/** The directory that goes with a database of several processes. */
final class SharedDirectory {

    private final JdbcTemplate jdbc;
    private final UUID fresh;

    /** @param fresh the database's name, where it has none yet */
    SharedDirectory(JdbcTemplate jdbc, UUID fresh) {
        this.jdbc = jdbc;
        this.fresh = fresh;
    }

    /** @throws IOException where it is another database's */
    void requireOwn(DataDirectory directory) throws IOException {
        jdbc.update("insert into database_name (id, name) values (1, ?) on conflict do nothing", fresh.toString());
        directory.belongTo(Objects.requireNonNull(
                jdbc.queryForObject("select name from database_name where id = 1", String.class)));
    }
}
