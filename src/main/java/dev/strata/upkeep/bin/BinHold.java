package dev.strata.upkeep.bin;

import dev.strata.registry.repositories.RepositoryHolder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** A repository stays for as long as anything of it can be taken back. */
@Component
class BinHold implements RepositoryHolder {

    private final JdbcTemplate jdbc;

    BinHold(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Hold hold(long repositoryId) {
        // One kind at a time: H2 2.4 takes up an unfinished search for "in" where the statement's last run left it, and finds
        // rows that have gone since.
        boolean waits = has("bin_item where kind = 'M' and repository_id = ?", repositoryId)
                || has("bin_item where kind = 'B' and repository_id = ?", repositoryId)
                || has("tag_history where repository_id = ?", repositoryId);
        return waits ? Hold.WAITS : Hold.NONE;
    }

    private boolean has(String rows, long repositoryId) {
        return !jdbc.queryForList("select id from " + rows + " limit 1", Long.class, repositoryId).isEmpty();
    }
}
