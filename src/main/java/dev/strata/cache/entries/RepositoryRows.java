package dev.strata.cache.entries;

import dev.strata.oci.RepositoryName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The names of repositories of which only the rows are known. */
@Component
public class RepositoryRows {

    private final JdbcTemplate jdbc;

    RepositoryRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The names of some repositories by their rows, without those that are gone. */
    public Map<Long, RepositoryName> names(Collection<Long> ids) {
        Map<Long, RepositoryName> names = new HashMap<>();
        if (!ids.isEmpty()) {
            String places = String.join(", ", Collections.nCopies(ids.size(), "?"));
            jdbc.query(
                    "select id, name from repository where id in (" + places + ")",
                    row -> {
                        names.put(row.getLong(1), RepositoryName.of(row.getString(2)));
                    },
                    ids.toArray());
        }
        return names;
    }
}
