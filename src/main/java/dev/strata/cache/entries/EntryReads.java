package dev.strata.cache.entries;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.cache.Scope;
import dev.strata.cache.Scopes;
import dev.strata.database.columns.ColumnCode;
import dev.strata.database.columns.ColumnTime;
import dev.strata.json.StrictJson;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.step.LayerAnnotations;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import dev.strata.storage.StoredBlob;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Reads entries, as directly as the database can be asked: a resolve asks once for every step. Whether a layer is
 * there is the registry's knowledge, which is joined here instead of asked for each time.
 */
@Component
public class EntryReads {

    private static final String SELECT = """
            select e.id, e.state, e.hits, b.id,
              e.used_at, e.repository_id, e.step_key, e.scope, e.source, e.operation, e.media_type, e.diff_id, e.chain_id,
              e.exec_ms, e.builder, e.created_at, b.digest, b.size, b.location, e.annotations,
              l.promised_at
            from cache_entry e
              left join blob_link l on l.repository_id = e.repository_id and l.blob_id = e.blob_id
              left join blob b on b.id = l.blob_id and not b.lost""";
    private static final String OF_REPOSITORY = SELECT + " where e.repository_id = ?";

    /** By the number of scopes: the database finds the plan of a query quickest by the very same text. */
    private static final List<String> OF_STEP = Stream.iterate("?", places -> places + ", ?")
            .limit(Scopes.MOST_READ)
            .map(places -> OF_REPOSITORY + " and e.step_key = ? and e.scope in (" + places + ")")
            .toList();

    /** The places of columns. */
    private static final int ANNOTATIONS = 20;

    private static final int PROMISED_AT = 21;
    /** Characters of annotations. Those of the known formats have fewer; more would take too much memory. */
    private static final int MOST_REMEMBERED = 800;
    /** Of each kind; an entry takes a kilobyte or two at the most, as long as its builder has a name of the usual length. */
    private static final int MOST_KNOWN = 10_000;

    /** Entries that are looked at for those that are the same as one. */
    private static final int MOST_SAME = 1_000;

    private static final String COPY = "COPY";

    private final JdbcTemplate jdbc;

    /** Rows of repositories; for so long, since another process may have deleted one, and made it again. */
    private final Cache<RepositoryName, Long> repositories =
            Caffeine.newBuilder().maximumSize(MOST_KNOWN).expireAfterWrite(Duration.ofSeconds(1)).build();

    /**
     * Entries by their rows. All but the first columns of a row and the last stay as they are, but for the time of its last
     * use, which changes with its hits. No row gets the id of another.
     */
    private final Cache<Long, FoundEntry> entries = Caffeine.newBuilder().maximumSize(MOST_KNOWN).build();

    EntryReads(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Optional<Long> repository(RepositoryName name) {
        Optional<Long> known = Optional.ofNullable(repositories.getIfPresent(name));
        if (known.isPresent()) {
            return known;
        }
        // A transaction that made it can still be rolled back.
        return TransactionSynchronizationManager.isActualTransactionActive()
                ? readRow(name)
                // With the lock of the cache, so that what is read while the repository goes is not kept after that.
                : Optional.ofNullable(repositories.get(name, key -> readRow(key).orElse(null)));
    }

    private Optional<Long> readRow(RepositoryName name) {
        return jdbc.queryForList("select id from repository where name = ?", Long.class, name.value()).stream().findAny();
    }

    /** A repository is gone; one that comes later has another row. */
    void forget(RepositoryName name) {
        repositories.invalidate(name);
    }

    /** An entry by its row; empty where it is gone. */
    public Optional<FoundEntry> find(long id) {
        return jdbc.query(SELECT + " where e.id = ?", this::read, id).stream().findAny();
    }

    /** The entries of a step in these scopes, in no order. */
    public List<FoundEntry> find(long repositoryId, StepKey key, List<Scope> scopes) {
        return jdbc.query(
                OF_STEP.get(scopes.size() - 1),
                statement -> {
                    int place = 1;
                    statement.setLong(place++, repositoryId);
                    statement.setBytes(place++, key.digest().bytes());
                    for (Scope scope : scopes) {
                        statement.setString(place++, scope.name());
                    }
                },
                this::read);
    }

    /** Some entries of a step, whatever their scopes. */
    public List<FoundEntry> findAnywhere(long repositoryId, StepKey key, int limit) {
        return jdbc.query(
                OF_REPOSITORY + " and e.step_key = ? order by e.repository_id, e.step_key, e.scope limit ?",
                this::read,
                repositoryId,
                key.digest().bytes(),
                limit);
    }

    /** The newest entries of steps that say the same. */
    public List<FoundEntry> findByInstruction(long repositoryId, Digest instruction, int limit) {
        return jdbc.query(
                OF_REPOSITORY + " and e.instruction = ?"
                        + " order by e.repository_id desc, e.instruction desc, e.id desc limit ?",
                this::read,
                repositoryId,
                instruction.bytes(),
                limit);
    }

    /**
     * Some entries of steps on the same stack, the newest of each instruction first.
     *
     * @param instruction only those that say this
     */
    public List<FoundEntry> findByParent(
            long repositoryId, Optional<ChainId> parent, Optional<Digest> instruction, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(repositoryId, bytes(parent)));
        instruction.ifPresent(digest -> parameters.add(digest.bytes()));
        parameters.add(limit);
        return jdbc.query(
                OF_REPOSITORY + " and e.parent = ?" + (instruction.isPresent() ? " and e.instruction = ?" : "")
                        + " order by e.repository_id desc, e.parent desc, e.instruction desc, e.id desc limit ?",
                this::read,
                parameters.toArray());
    }

    /** What tells whether an entry is one of those that are to go. */
    public record Place(long id, StepKey key, Scope scope, String builder, Instant createdAt) {}

    /**
     * The next entries of a repository in the order of their steps and scopes; fewer than the limit at the end.
     *
     * @param key the step from which to go on
     * @param scope the scope of that step after which to go on
     */
    public List<Place> after(long repositoryId, byte[] key, String scope, int limit) {
        return jdbc.query(
                "select id, step_key, scope, builder, created_at from cache_entry where repository_id = ?"
                        + " and step_key >= ? and (step_key > ? or scope > ?)"
                        + " order by repository_id, step_key, scope limit ?",
                (row, number) -> new Place(
                        row.getLong(1),
                        new StepKey(Digest.ofBytes(row.getBytes(2))),
                        Scope.of(row.getString(3)),
                        row.getString(4),
                        ColumnTime.read(row, 5)),
                repositoryId,
                key,
                key,
                scope,
                limit);
    }

    /** The keys of copies that say the same as a step, on the same stack, and gave the same layer. */
    public Set<StepKey> sameCopies(long repositoryId, StepKey key) {
        Set<StepKey> same = new HashSet<>();
        for (FoundEntry each : findAnywhere(repositoryId, key, MOST_SAME)) {
            if (each.operation().equals(COPY)) {
                Step step = Step.of(StrictJson.read(step(each.id()), "the step", Problem.STEP_INVALID));
                findByParent(repositoryId, step.parent(), Optional.of(Instructions.digest(step.operation())), MOST_SAME).stream()
                        .map(FoundEntry::entry)
                        .filter(other -> other.diffId().equals(each.entry().diffId()) && !other.key().equals(key))
                        .forEach(other -> same.add(other.key()));
            }
        }
        return same;
    }

    /** Whose work a layer is. */
    public record Naming(Scope scope, String operation) {}

    /** The oldest live entry that names a layer. */
    public Optional<Naming> oldestNaming(long repositoryId, Digest layer) {
        return jdbc.query(
                "select e.scope, e.operation from cache_entry e where e.repository_id = ?"
                        + " and e.blob_id = (select b.id from blob b where b.digest = ?) and e.state between 'U' and 'V'"
                        + " order by e.repository_id, e.blob_id, e.id limit 1",
                row -> row.next()
                        ? Optional.of(new Naming(Scope.of(row.getString(1)), row.getString(2)))
                        : Optional.empty(),
                repositoryId,
                layer.bytes());
    }

    /** How often the entries that end on a stack were used; empty where there are none. */
    public Optional<Long> hitsOf(long repositoryId, ChainId chain) {
        return Optional.ofNullable(jdbc.queryForObject(
                "select sum(hits) from cache_entry where repository_id = ? and chain_id = ?",
                Long.class,
                repositoryId,
                chain.digest().bytes()));
    }

    /** How many entries that came since then nobody used, among the newest 100,000. */
    public long countUnused(long repositoryId, Instant since) {
        Long count = jdbc.queryForObject(
                "select count(*) from (select hits, state from cache_entry where repository_id = ? and created_at >= ?"
                        + " order by repository_id desc, created_at desc limit 100000) newest"
                        + " where hits = 0 and state in ('U', 'V')",
                Long.class,
                repositoryId,
                ColumnTime.at(since));
        return count == null ? 0 : count;
    }

    /** The entry's step in its canonical form. */
    public byte[] step(long id) {
        return jdbc.queryForObject("select step from cache_step where entry_id = ?", byte[].class, id);
    }

    /** A stack as the tables have it. */
    static byte[] bytes(Optional<ChainId> chain) {
        return chain.map(id -> id.digest().bytes()).orElse(new byte[0]);
    }

    static Optional<ChainId> chain(byte[] bytes) {
        return bytes.length == 0 ? Optional.empty() : Optional.of(new ChainId(Digest.ofBytes(bytes)));
    }

    /** By the columns' places: looking up their names takes as long as the query. */
    FoundEntry read(ResultSet row, int number) throws SQLException {
        long id = row.getLong(1);
        EntryState state = ColumnCode.of(EntryState.class, row.getString(2));
        long hits = row.getLong(3);
        row.getLong(4);
        boolean hasBlob = !row.wasNull();
        FoundEntry before = entries.getIfPresent(id);
        if (before != null && before.blob().isPresent() == hasBlob && before.entry().hits() == hits) {
            return before.as(state, ColumnTime.find(row, PROMISED_AT));
        }
        FoundEntry entry = readWhole(row, state, hits);
        if (isSmall(row.getString(ANNOTATIONS))) {
            entries.put(id, entry);
        }
        return entry;
    }

    private static FoundEntry readWhole(ResultSet row, EntryState state, long hits) throws SQLException {
        Instant usedAt = ColumnTime.read(row, 5);
        byte @Nullable [] diffId = row.getBytes(12);
        byte @Nullable [] digest = row.getBytes(17);
        Optional<StoredBlob> blob = digest == null
                ? Optional.empty()
                : Optional.of(new StoredBlob(Digest.ofBytes(digest), row.getLong(18), row.getString(19)));
        String mediaType = row.getString(11);
        LayerAnnotations annotations = annotations(row.getString(ANNOTATIONS));
        Entry entry = new Entry(
                new StepKey(Digest.ofBytes(row.getBytes(7))),
                Scope.of(row.getString(8)),
                blob.map(stored -> new Layer(MediaType.of(mediaType), stored.digest(), stored.size(), annotations)),
                diffId == null ? Optional.empty() : Optional.of(Digest.ofBytes(diffId)),
                chain(row.getBytes(13)),
                row.getLong(14),
                row.getString(15),
                ColumnCode.of(EntrySource.class, row.getString(9)),
                state == EntryState.VERIFIED,
                ColumnTime.read(row, 16),
                hits,
                hits == 0 ? Optional.empty() : Optional.of(usedAt));
        return new FoundEntry(
                row.getLong(1), row.getLong(6), state, row.getString(10), usedAt, diffId == null, blob,
                ColumnTime.find(row, PROMISED_AT), entry);
    }

    private static LayerAnnotations annotations(@Nullable String json) {
        return json == null
                ? LayerAnnotations.NONE
                : LayerAnnotations.of(StrictJson.read(
                        json.getBytes(StandardCharsets.UTF_8), "an entry's annotations", Problem.STEP_INVALID));
    }

    private static boolean isSmall(@Nullable String json) {
        return json == null || json.length() <= MOST_REMEMBERED;
    }
}
