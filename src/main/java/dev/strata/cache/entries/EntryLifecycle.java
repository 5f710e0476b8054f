package dev.strata.cache.entries;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.cache.Scope;
import dev.strata.database.columns.ColumnTime;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What is done to entries without a request: verified, expired, evicted. A crash may undo it; then it is done again. */
@Component
public class EntryLifecycle {

    /** A blob that some tagged image of the repository holds, by itself or as one of an index. */
    private static final String HELD_BY_TAG = """
            exists (select 1 from manifest_reference r join tag t on t.manifest_id = r.manifest_id
                    where r.digest = b.digest and t.repository_id = e.repository_id)
            or exists (select 1 from manifest_reference r
                         join manifest child on child.id = r.manifest_id
                         join manifest_reference i on i.digest = child.digest
                         join tag t on t.manifest_id = i.manifest_id
                       where r.digest = b.digest and t.repository_id = e.repository_id)""";

    private final JdbcTemplate jdbc;
    private final EntryReads table;
    private final EntryWrites writes;
    private final UnverifiedEntries unverified;
    private final ApplicationEventPublisher events;

    EntryLifecycle(
            JdbcTemplate jdbc,
            EntryReads table,
            EntryWrites writes,
            UnverifiedEntries unverified,
            ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.table = table;
        this.writes = writes;
        this.unverified = unverified;
        this.events = events;
    }

    /** How often an entry was used, and when last. */
    public record Use(long hits, Instant lastHitAt) {}

    /**
     * Writes how some entries were used. Those that nobody verified are verified now that somebody uses them. An entry that
     * has no namespace yet gets one.
     *
     * @param entries by their ids, in the order that all writers keep
     */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    public void used(SortedMap<Long, Use> entries) {
        // What was used is kept, also where it was let go before this was written.
        jdbc.batchUpdate(
                "update cache_entry set hits = hits + ?, used_at = ?,"
                        + " state = case when state in ('X', 'E') then 'U' else state end, namespace = case when namespace = ''"
                        + " then " + EntryWrites.NAMESPACE.formatted("repository_id") + " else namespace end where id = ?",
                entries.entrySet().stream()
                        .map(use -> new Object[] {
                            use.getValue().hits(), at(use.getValue().lastHitAt()), use.getKey()
                        })
                        .toList());
        String places = String.join(", ", Collections.nCopies(entries.size(), "?"));
        jdbc.queryForList(
                        "select id from cache_entry where state = 'U' and diff_id is not null and id in (" + places + ")",
                        Long.class,
                        entries.keySet().toArray())
                .forEach(unverified::note);
    }

    /** Gives a live entry another state. */
    @Transactional
    public boolean setState(long id, EntryState state) {
        return writes.setState(id, state);
    }

    @Transactional
    public void delete(long id) {
        writes.delete(id);
    }

    /**
     * Drops a live entry that lost its layer. It is looked at under its lock: whoever writes it again comes before that,
     * and keeps it, or after that, and makes another one.
     *
     * @return the entry, where it was dropped
     */
    @Transactional
    public Optional<FoundEntry> dropUnless(long id, Predicate<FoundEntry> isComplete) {
        if (!writes.lock(id)) {
            return Optional.empty();
        }
        return table.find(id)
                .filter(entry -> !isComplete.test(entry))
                .filter(entry -> writes.setState(id, EntryState.INCOMPLETE));
    }

    /** Entries in a state that were not used since then, the longest first. */
    public List<Idle> idle(EntryState state, Instant before, int limit) {
        return jdbc.query(
                "select id, repository_id, scope from cache_entry where state = ? and used_at < ?"
                        + " order by state, used_at limit ?",
                (row, number) -> new Idle(row.getLong(1), row.getLong(2), Scope.of(row.getString(3))),
                state.column(),
                at(before),
                limit);
    }

    public record Idle(long id, long repositoryId, Scope scope) {}

    /**
     * A live entry and its layer.
     *
     * @param execMs how long its step ran
     * @param isHeldByTag whether a tagged image of the repository holds the layer too
     */
    public record Holding(
            long id, long blobId, long bytes, long execMs, long hits, Instant usedAt, boolean isHeldByTag) {}

    /** The next live entries of a repository that have a layer, in the order of the layers; fewer at the end. */
    public List<Holding> holdings(long repositoryId, long blobId, long afterId, int limit) {
        return jdbc.query(
                "select e.id, b.id, b.size, e.exec_ms, e.hits, e.used_at, case when " + HELD_BY_TAG + " then 1 else 0 end"
                        + " from cache_entry e join blob b on b.id = e.blob_id"
                        + " where e.repository_id = ? and e.blob_id >= ? and (e.blob_id > ? or e.id > ?)"
                        + " and e.state between 'U' and 'V'"
                        + " order by e.repository_id, e.blob_id, e.id limit ?",
                (row, number) -> new Holding(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        ColumnTime.read(row, 6),
                        row.getInt(7) == 1),
                repositoryId,
                blobId,
                blobId,
                afterId,
                limit);
    }

    /**
     * Evicts some entries of a layer that were not used since then, and says how many. They are locked in the order of their
     * ids, as by whoever writes that they were used.
     */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    public int evict(long repositoryId, long blobId, Instant before, int limit) {
        List<Long> some = jdbc.queryForList(
                "select id from cache_entry where repository_id = ? and blob_id = ? and state between 'U' and 'V'"
                        + " and used_at < ? order by repository_id, blob_id, id fetch first ? rows only for update",
                Long.class,
                repositoryId,
                blobId,
                at(before),
                limit);
        jdbc.batchUpdate(
                "update cache_entry set state = 'E' where id = ?",
                some.stream().map(id -> new Object[] {id}).toList());
        if (!some.isEmpty()) {
            events.publishEvent(new EntryLeft(repositoryId, blobId));
        }
        return some.size();
    }

    /** Says whether a live entry had not been used since then, and so expired. */
    @Transactional
    public boolean expire(long id, Instant before) {
        boolean expired = jdbc.update(
                        "update cache_entry set state = 'X' where id = ? and state in ('U', 'V') and used_at < ?",
                        id,
                        at(before))
                > 0;
        if (expired) {
            jdbc.query(
                            "select repository_id, blob_id from cache_entry where id = ? and blob_id is not null",
                            (row, number) -> new EntryLeft(row.getLong(1), row.getLong(2)),
                            id)
                    .forEach(events::publishEvent);
        }
        return expired;
    }

    /** The repositories that have entries, in the order of their ids. */
    public List<Long> repositories(long after, int limit) {
        return jdbc.queryForList(
                "select id from repository r where id > ?"
                        + " and exists (select 1 from cache_entry e where e.repository_id = r.id) order by id limit ?",
                Long.class,
                after,
                limit);
    }
}
