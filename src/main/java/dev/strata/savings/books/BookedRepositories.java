package dev.strata.savings.books;

import dev.strata.registry.repositories.RepositoryHolder;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** A repository stays until all that happened to it is in the books, which then have nothing of it. */
@Component
class BookedRepositories implements RepositoryHolder {

    /** Notes that are looked at; while more wait, nobody can tell. */
    private static final int MOST_NOTES = 1_000;

    private final JdbcTemplate jdbc;

    BookedRepositories(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Hold hold(long repositoryId) {
        List<Long> noted = jdbc.queryForList(
                "select repository_id from savings_change order by id limit ?", Long.class, MOST_NOTES);
        boolean isBooked = noted.size() == MOST_NOTES
                || noted.contains(repositoryId)
                || has("savings_image", repositoryId)
                || has("savings_holding", repositoryId)
                || has("savings_missing", repositoryId)
                || has("savings_part", repositoryId);
        return isBooked ? Hold.NOT_YET : Hold.NONE;
    }

    private boolean has(String table, long repositoryId) {
        return !jdbc.queryForList(
                        "select repository_id from " + table + " where repository_id = ? limit 1", Long.class, repositoryId)
                .isEmpty();
    }
}
