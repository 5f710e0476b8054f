package dev.strata.cache.entries;

import dev.strata.cache.Scope;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.step.StepKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Reads the entries of a step over all repositories. Each question reads a bounded number of rows, in how many repositories
 * the step may ever be. They come in one order for everybody, so that those who ask end on one chain: the oldest first, in the
 * order of the first components of the repositories' names.
 */
@Component
public class EntriesElsewhere {

    /** As {@link EntryReads} has it; a layer may be in the repository that asks too, and is promised there. */
    private static final String SELECT = """
            select e.id, e.state, e.hits, b.id,
              e.used_at, e.repository_id, e.step_key, e.scope, e.source, e.operation, e.media_type, e.diff_id, e.chain_id,
              e.exec_ms, e.builder, e.created_at, b.digest, b.size, b.location, e.annotations,
              l.promised_at, r.name
            from cache_entry e
              join repository r on r.id = e.repository_id
              left join blob_link o on o.repository_id = e.repository_id and o.blob_id = e.blob_id
              left join blob_link l on l.repository_id = ? and l.blob_id = e.blob_id
              left join blob b on b.id = coalesce(o.blob_id, l.blob_id) and not b.lost
            where\s""";
    private static final String IN_NAMESPACE = " and e.namespace = ?";
    private static final int NAME = 22;
    /** No row has this id. */
    private static final long NO_REPOSITORY = 0;

    private final JdbcTemplate jdbc;
    private final EntryReads reads;

    EntriesElsewhere(JdbcTemplate jdbc, EntryReads reads) {
        this.jdbc = jdbc;
        this.reads = reads;
    }

    /** An entry, and the repository that it is in. */
    public record Elsewhere(RepositoryName repository, FoundEntry row) {}

    /**
     * Which entries.
     *
     * @param asking the row of the repository that asks, as far as it has one; its own entries are among them
     * @param scope the scope that they are in
     * @param state how they stand
     * @param namespace the first component of their repositories' names; any where it is left open
     * @param limit how many at the most
     */
    public record Range(
            Optional<Long> asking, Scope scope, EntryState state, Optional<String> namespace, int limit) {}

    /** Those of a step. */
    public List<Elsewhere> find(StepKey key, Range range) {
        return find(
                "e.step_key = ? and e.scope = ? and e.state = ?",
                "order by e.step_key, e.scope, e.state, e.namespace, e.id",
                List.of(key.digest().bytes()),
                range);
    }

    /** Those of steps on a stack that say the same. */
    public List<Elsewhere> findByParent(Optional<ChainId> parent, Digest instruction, Range range) {
        return find(
                "e.parent = ? and e.instruction = ? and e.scope = ? and e.state = ?",
                "order by e.parent, e.instruction, e.scope, e.state, e.namespace, e.id",
                List.of(EntryReads.bytes(parent), instruction.bytes()),
                range);
    }

    private List<Elsewhere> find(String which, String order, List<Object> first, Range range) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(range.asking().orElse(NO_REPOSITORY));
        parameters.addAll(first);
        parameters.add(range.scope().name());
        parameters.add(range.state().column());
        range.namespace().ifPresent(parameters::add);
        parameters.add(range.limit());
        return read(which + (range.namespace().isPresent() ? IN_NAMESPACE : "") + " " + order + " limit ?", parameters);
    }

    /**
     * Some entries of a step, whatever their scopes and states.
     *
     * @param asking the row of the repository that asks, as far as it has one; its own entries are among them
     */
    public List<Elsewhere> findAny(StepKey key, Optional<Long> asking, int limit) {
        return read(
                "e.step_key = ? order by e.step_key, e.scope, e.state, e.namespace, e.id limit ?",
                List.of(asking.orElse(NO_REPOSITORY), key.digest().bytes(), limit));
    }

    private List<Elsewhere> read(String which, List<Object> parameters) {
        return jdbc.query(
                SELECT + which,
                (row, number) -> new Elsewhere(RepositoryName.of(row.getString(NAME)), reads.read(row, number)),
                parameters.toArray());
    }
}
