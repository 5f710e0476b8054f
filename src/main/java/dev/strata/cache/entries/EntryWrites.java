package dev.strata.cache.entries;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.cache.Scope;
import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.step.Step;
import dev.strata.step.StepKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Writes entries, in its caller's transaction. */
@Component
public class EntryWrites {

    /**
     * An entry that is to come.
     *
     * @param chainId the stack that it ends on; empty on scratch
     */
    public record NewEntry(
            long repositoryId,
            Scope scope,
            Step step,
            Optional<Layer> layer,
            Optional<Digest> diffId,
            Optional<ChainId> chainId,
            long execMs,
            String builder,
            EntrySource source,
            EntryState state,
            Instant createdAt) {}

    /** The first component of a repository's name. */
    static final String NAMESPACE = "(select case when position('/' in name) = 0 then name"
            + " else substring(name from 1 for position('/' in name) - 1) end from repository where id = %s)";

    private final JdbcTemplate jdbc;
    private final ApplicationEventPublisher events;

    EntryWrites(JdbcTemplate jdbc, ApplicationEventPublisher events) {
        this.jdbc = jdbc;
        this.events = events;
    }

    /** Tells of the entry that is about to go, where it is live and has a layer. */
    private void tellLeaving(String which, Object... keys) {
        jdbc.query(
                        "select repository_id, blob_id from cache_entry where " + which
                                + " and state in ('U', 'V') and blob_id is not null",
                        (row, number) -> new EntryLeft(row.getLong(1), row.getLong(2)),
                        keys)
                .forEach(events::publishEvent);
    }

    /** Says whether there was none in its place. */
    public boolean insert(NewEntry entry) {
        String canonical = entry.step().canonical();
        byte[] key = Step.keyOf(canonical).digest().bytes();
        int inserted = jdbc.update(
                "insert into cache_entry (repository_id, step_key, scope, state, source, parent, operation, instruction,"
                        + " blob_id, media_type, diff_id, chain_id, exec_ms, builder, created_at, used_at,"
                        + " annotations, namespace)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, (select id from blob where digest = ?), ?, ?, ?, ?, ?, ?, ?, ?, "
                        + NAMESPACE.formatted("?") + ")"
                        + " on conflict do nothing",
                entry.repositoryId(),
                key,
                entry.scope().name(),
                entry.state().column(),
                entry.source().column(),
                EntryReads.bytes(entry.step().parent()),
                Instructions.name(entry.step().operation()),
                Instructions.digest(entry.step().operation()).bytes(),
                entry.layer().map(layer -> layer.digest().bytes()).orElse(null),
                entry.layer().map(layer -> layer.mediaType().value()).orElse(null),
                entry.diffId().map(Digest::bytes).orElse(null),
                EntryReads.bytes(entry.chainId()),
                entry.execMs(),
                entry.builder(),
                at(entry.createdAt()),
                at(entry.createdAt()),
                entry.layer()
                        .map(Layer::annotations)
                        .filter(annotations -> !annotations.isEmpty())
                        .map(annotations -> annotations.toJson().toString())
                        .orElse(null),
                entry.repositoryId());
        if (inserted == 0) {
            return false;
        }
        jdbc.update(
                "insert into cache_step (entry_id, step, content) select id, ?, ? from cache_entry"
                        + " where repository_id = ? and step_key = ? and scope = ?",
                canonical.getBytes(StandardCharsets.UTF_8),
                entry.step().operation().listedContent().map(Digest::bytes).orElse(null),
                entry.repositoryId(),
                key,
                entry.scope().name());
        return true;
    }

    /** Takes an entry's lock, and says whether it is still there. */
    public boolean lock(long id) {
        return jdbc.update("update cache_entry set hits = hits where id = ?", id) > 0;
    }

    /** Says whether it was there. */
    public boolean delete(long id) {
        tellLeaving("id = ?", id);
        return jdbc.update("delete from cache_entry where id = ?", id) > 0;
    }

    /** Deletes a step's entry in a scope. */
    public void delete(long repositoryId, StepKey key, Scope scope) {
        tellLeaving("repository_id = ? and step_key = ? and scope = ?", repositoryId, key.digest().bytes(), scope.name());
        jdbc.update(
                "delete from cache_entry where repository_id = ? and step_key = ? and scope = ?",
                repositoryId,
                key.digest().bytes(),
                scope.name());
    }

    /** Gives an entry another state, and says whether it was in one of those that count. */
    public boolean setState(long id, EntryState state) {
        if (!state.isLive()) {
            tellLeaving("id = ?", id);
        }
        return jdbc.update(
                        "update cache_entry set state = ? where id = ? and state in ('U', 'V')",
                        state.column(),
                        id)
                > 0;
    }
}
