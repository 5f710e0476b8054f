package dev.strata.cache.entries;

import dev.strata.registry.events.RepositoryRemoved;
import dev.strata.registry.repositories.RepositoryHolder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;

/** A repository stays while it has entries that can be served. Those that only tell why a step missed go with it. */
@Component
class EntryRepositories implements RepositoryHolder {

    private static final int AT_ONCE = 200;

    private final EntryReads reads;
    private final JdbcTemplate jdbc;

    EntryRepositories(EntryReads reads, JdbcTemplate jdbc) {
        this.reads = reads;
        this.jdbc = jdbc;
    }

    @Override
    public Hold hold(long repositoryId) {
        // Not "in": H2 2.4 takes up an unfinished search of an index by one where the statement's last run left it.
        boolean isServed = !jdbc.queryForList(
                        "select id from cache_entry where repository_id = ? and state between 'U' and 'V' limit 1",
                        Long.class,
                        repositoryId)
                .isEmpty();
        return isServed ? Hold.USED : Hold.NONE;
    }

    @Override
    public boolean letGo(long repositoryId) {
        int gone = jdbc.update(
                "delete from cache_entry where id in (select id from cache_entry where repository_id = ? limit ?)",
                repositoryId,
                AT_ONCE);
        return gone < AT_ONCE;
    }

    @TransactionalEventListener
    void on(RepositoryRemoved event) {
        reads.forget(event.repository());
    }
}
