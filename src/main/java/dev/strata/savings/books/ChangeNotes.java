package dev.strata.savings.books;

import dev.strata.database.columns.ColumnCode;
import dev.strata.registry.events.Arrival;
import dev.strata.registry.events.BlobLinked;
import dev.strata.registry.events.BlobRemoved;
import dev.strata.registry.events.BlobUnlinked;
import dev.strata.registry.events.Follower;
import dev.strata.registry.events.ManifestDeleted;
import dev.strata.registry.events.ManifestPushed;
import dev.strata.registry.events.ManifestRemoved;
import dev.strata.registry.events.TagDeleted;
import dev.strata.registry.events.TagMoved;
import dev.strata.savings.counted.Form;
import dev.strata.savings.pieces.Agenda;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Notes changes in the transactions that make them: one row is appended for each, and no row is shared, so that pushes
 * neither wait for each other nor deadlock.
 *
 * <p>Notes about the same repository, manifest, blob or tag are in the order of their numbers: each is written while
 * its transaction holds the lock of what it changed.
 */
@Component
public class ChangeNotes implements Follower {

    /** Of what is about no repository. */
    private static final long NO_REPOSITORY = 0;

    /** What {@link #count} does not count beyond. */
    static final int MOST_COUNTED = 10_000;

    private final JdbcTemplate jdbc;

    ChangeNotes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @EventListener
    void on(BlobLinked event) {
        // Also of an upload that brought nothing new: its bytes were sent.
        if (event.stored() || event.linked() || event.isSent()) {
            append(
                    Note.Kind.BLOB_LINKED,
                    event.repositoryId(),
                    event.blobId(),
                    null,
                    event.size(),
                    event.stored(),
                    event.linked(),
                    way(event.arrival()),
                    null);
        }
    }

    private static Note.Way way(Arrival arrival) {
        return switch (arrival) {
            case SENT -> Note.Way.UPLOADED;
            case MOUNTED -> Note.Way.MOUNTED;
            case ASKED_FOR -> Note.Way.ASKED_FOR;
        };
    }

    @EventListener
    void on(BlobUnlinked event) {
        append(Note.Kind.BLOB_UNLINKED, event.repositoryId(), event.blobId(), null);
    }

    @EventListener
    void on(ManifestPushed event) {
        if (event.stored() || event.linked()) {
            append(
                    Note.Kind.MANIFEST_PUSHED,
                    event.repositoryId(),
                    event.manifestId(),
                    null,
                    event.content().length,
                    event.stored(),
                    event.linked(),
                    Note.Way.UPLOADED,
                    Form.of(event.manifest()));
        }
    }

    @EventListener
    void on(ManifestDeleted event) {
        append(Note.Kind.MANIFEST_DELETED, event.repositoryId(), event.manifestId(), null);
    }

    @EventListener
    void on(TagMoved event) {
        Long from = event.from().isPresent() ? event.from().getAsLong() : null;
        append(Note.Kind.TAG_MOVED, event.repositoryId(), event.to(), from);
    }

    @EventListener
    void on(TagDeleted event) {
        append(Note.Kind.TAG_DELETED, event.repositoryId(), event.manifestId(), null);
    }

    @EventListener
    void on(BlobRemoved event) {
        append(Note.Kind.BLOB_REMOVED, NO_REPOSITORY, event.blobId(), null);
    }

    @EventListener
    void on(ManifestRemoved event) {
        append(Note.Kind.MANIFEST_REMOVED, NO_REPOSITORY, event.manifestId(), null);
    }

    @Override
    public long latest() {
        return first("select id from savings_change order by id desc limit 1");
    }

    /** What is noted is folded in its order. */
    @Override
    public boolean hasReached(long event) {
        long oldest = first("select id from savings_change order by id limit 1");
        return oldest == 0 || oldest > event;
    }

    /** 0 where there is none. */
    private long first(String query) {
        List<Long> found = jdbc.queryForList(query, Long.class);
        return found.isEmpty() ? 0 : found.getFirst();
    }

    private void append(Note.Kind kind, long repositoryId, long subjectId, @Nullable Long earlierId) {
        append(kind, repositoryId, subjectId, earlierId, 0, false, false, Note.Way.UNKNOWN, null);
    }

    private void append(
            Note.Kind kind,
            long repositoryId,
            long subjectId,
            @Nullable Long earlierId,
            long size,
            boolean stored,
            boolean linked,
            Note.Way way,
            @Nullable Form form) {
        // Typed one by one: to find the type of a null out costs more than the insert.
        jdbc.update(
                "insert into savings_change"
                        + " (kind, repository_id, subject_id, earlier_id, size, stored, linked, way, form)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row -> {
                    row.setString(1, kind.column());
                    row.setLong(2, repositoryId);
                    row.setLong(3, subjectId);
                    row.setObject(4, earlierId, Types.BIGINT);
                    row.setLong(5, size);
                    row.setBoolean(6, stored);
                    row.setBoolean(7, linked);
                    row.setString(8, way.column());
                    row.setString(9, form == null ? null : form.column());
                });
    }

    /** The oldest notes, in their order. */
    List<Note> oldest(int limit) {
        return jdbc.query(
                "select id, kind, repository_id, subject_id, earlier_id, size, stored, linked, way, form,"
                        + " agenda from savings_change order by id limit ?",
                ChangeNotes::note,
                limit);
    }

    private static Note note(ResultSet row, int number) throws SQLException {
        long earlier = row.getLong(5);
        OptionalLong earlierId = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(earlier);
        String form = row.getString(10);
        return new Note(
                row.getLong(1),
                ColumnCode.of(Note.Kind.class, row.getString(2)),
                row.getLong(3),
                row.getLong(4),
                earlierId,
                row.getLong(6),
                row.getBoolean(7),
                row.getBoolean(8),
                ColumnCode.of(Note.Way.class, row.getString(9)),
                form == null ? Optional.empty() : Optional.of(ColumnCode.of(Form.class, form)),
                Optional.ofNullable(row.getString(11)));
    }

    /** Has a blob or a manifest compared with what the registry has. */
    void appendComparison(Note.Kind kind, long repositoryId, long subjectId) {
        append(kind, repositoryId, subjectId, null);
    }

    /** Keeps what is left to do for a change. */
    void keep(Note note, Agenda agenda) {
        jdbc.update("update savings_change set agenda = ? where id = ?", agenda.toString(), note.id());
    }

    void delete(List<Note> notes) {
        jdbc.batchUpdate(
                "delete from savings_change where id = ?",
                notes.stream().map(note -> new Object[] {note.id()}).toList());
    }

    /** How many there are; {@link #MOST_COUNTED} stands for that many and more. */
    public int count() {
        Integer count = jdbc.queryForObject(
                "select count(*) from (select id from savings_change order by id limit ?) as noted",
                Integer.class,
                MOST_COUNTED);
        return count == null ? 0 : count;
    }
}
