package dev.strata.cache;

import static dev.strata.cache.UseTable.at;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What is done to entries without a request: verified, expired, evicted. A crash may undo it; then it is done again. */
@Component
class LifecycleTable {

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
    private final EntryTable table;
    private final EntryWrites writes;

    LifecycleTable(JdbcTemplate jdbc, EntryTable table, EntryWrites writes) {
        this.jdbc = jdbc;
        this.table = table;
        this.writes = writes;
    }

    /** An entry whose layer is to be verified. */
    record Unverified(long id, RepositoryName repository, Layer layer, Digest diffId) {}

    /** An entry that is yet to be verified; empty where it is gone, or known already. */
    Optional<Unverified> unverified(long id) {
        return jdbc.query(
                        """
                        select e.id, r.name, e.media_type, b.digest, b.size, e.diff_id
                        from cache_entry e join repository r on r.id = e.repository_id join blob b on b.id = e.blob_id
                        where e.id = ? and e.state = 'U'""",
                        (row, number) -> new Unverified(
                                row.getLong(1),
                                RepositoryName.of(row.getString(2)),
                                new Layer(
                                        MediaType.of(row.getString(3)),
                                        Digest.ofBytes(row.getBytes(4)),
                                        row.getLong(5)),
                                Digest.ofBytes(row.getBytes(6))),
                        id)
                .stream()
                .findAny();
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
    List<Idle> idle(EntryState state, Instant before, int limit) {
        return jdbc.query(
                "select id, repository_id, scope from cache_entry where state = ? and used_at < ?"
                        + " order by state, used_at limit ?",
                (row, number) -> new Idle(row.getLong(1), row.getLong(2), Scope.of(row.getString(3))),
                state.column(),
                at(before),
                limit);
    }

    record Idle(long id, long repositoryId, Scope scope) {}

    /**
     * A live entry and its layer.
     *
     * @param execMs how long its step ran
     * @param isHeldByTag whether a tagged image of the repository holds the layer too
     */
    record Holding(
            long id, long blobId, long bytes, long execMs, long hits, Instant usedAt, boolean isHeldByTag) {}

    /** The next live entries of a repository that have a layer, in the order of the layers; fewer at the end. */
    List<Holding> holdings(long repositoryId, long blobId, long afterId, int limit) {
        return jdbc.query(
                "select e.id, b.id, b.size, e.exec_ms, e.hits, e.used_at, case when " + HELD_BY_TAG + " then 1 else 0 end"
                        + " from cache_entry e join blob b on b.id = e.blob_id"
                        + " where e.repository_id = ? and e.blob_id >= ? and (e.blob_id > ? or e.id > ?)"
                        + " and e.state in ('U', 'V')"
                        + " order by e.repository_id, e.blob_id, e.id limit ?",
                (row, number) -> new Holding(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getObject(6, OffsetDateTime.class).toInstant(),
                        row.getInt(7) == 1),
                repositoryId,
                blobId,
                blobId,
                afterId,
                limit);
    }

    /** Evicts some entries of a layer that were not used since then, and says how many. */
    @Transactional
    public int evict(long repositoryId, long blobId, Instant before, int limit) {
        return jdbc.update(
                "update cache_entry set state = 'E' where id in (select id from cache_entry"
                        + " where repository_id = ? and blob_id = ? and state in ('U', 'V') and used_at < ?"
                        + " order by repository_id, blob_id, id limit ?)",
                repositoryId,
                blobId,
                at(before),
                limit);
    }

    /** Says whether a live entry had not been used since then, and so expired. */
    @Transactional
    public boolean expire(long id, Instant before) {
        return jdbc.update(
                        "update cache_entry set state = 'X' where id = ? and state in ('U', 'V') and used_at < ?",
                        id,
                        at(before))
                > 0;
    }

    /** The repositories that have entries, in the order of their ids. */
    List<Long> repositories(long after, int limit) {
        return jdbc.queryForList(
                "select id from repository r where id > ?"
                        + " and exists (select 1 from cache_entry e where e.repository_id = r.id) order by id limit ?",
                Long.class,
                after,
                limit);
    }
}
