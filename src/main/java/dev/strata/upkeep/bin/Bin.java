package dev.strata.upkeep.bin;

import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.registry.DeletionId;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.deletions.DeletionFollowed;
import dev.strata.registry.events.BlobUnlinked;
import dev.strata.registry.events.ManifestDeleted;
import dev.strata.registry.events.TagDeleted;
import dev.strata.registry.events.TagMoved;
import dev.strata.upkeep.UndoProperties;
import dev.strata.upkeep.history.Ending;
import dev.strata.upkeep.history.HistoryEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Keeps what is deleted, and where tags pointed, in the transaction that deletes or moves. */
@Component
class Bin {

    private final BinChanges changes;
    private final BinTable table;
    private final Actor actor;
    private final Supplier<DeletionId> ids;
    private final UndoProperties properties;
    private final JdbcTemplate jdbc;
    private final Clock clock;

    Bin(
            BinChanges changes,
            BinTable table,
            Actor actor,
            Supplier<DeletionId> ids,
            UndoProperties properties,
            JdbcTemplate jdbc,
            Clock clock) {
        this.changes = changes;
        this.table = table;
        this.actor = actor;
        this.ids = ids;
        this.properties = properties;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @EventListener
    void on(ManifestDeleted event) {
        // The history of an image that was there for a build alone has the values of its arguments: nobody gets it back.
        Instant goesAt = event.temporary() ? event.at() : event.at().plus(properties.undo());
        changes.make(new BinChange.Deleted(
                BinItem.Kind.MANIFEST,
                event.repository(),
                event.digest(),
                Optional.of(event.mediaType().value()),
                new Ending(event.deletion(), event.at(), by(event.deletion()), goesAt)));
    }

    @EventListener
    void on(DeletionFollowed event) {
        var deleted = event.deleted();
        jdbc.query(
                "select r.id, m.id from repository r, manifest m where r.name = ? and m.digest = ?",
                row -> {
                    changes.followed(
                            new BinSubject.Along(deleted.deletion(), deleted.at(), row.getLong(1), row.getLong(2)));
                },
                deleted.repository().value(),
                deleted.digest().bytes());
    }

    @EventListener
    void on(BlobUnlinked event) {
        event.deletion()
                .ifPresent(deletion -> changes.make(new BinChange.Deleted(
                        BinItem.Kind.BLOB, event.repository(), event.digest(), Optional.empty(), ending(deletion))));
    }

    @EventListener
    void on(TagMoved event) {
        if (event.from().isPresent()) {
            end(
                    event.repository(),
                    event.tag(),
                    event.from().getAsLong(),
                    event.since().orElseThrow(),
                    HistoryEntry.How.MOVED,
                    ids.get());
        }
    }

    @EventListener
    void on(TagDeleted event) {
        end(event.repository(), event.tag(), event.manifestId(), event.since(), HistoryEntry.How.DELETED, event.deletion());
    }

    private void end(
            RepositoryName repository,
            Tag tag,
            long manifestId,
            Instant since,
            HistoryEntry.How how,
            DeletionId deletion) {
        if (!properties.isOff() && !Pusher.isTemporary(tag)) {
            jdbc.queryForList("select digest from manifest where id = ?", byte[].class, manifestId).stream()
                    .map(Digest::ofBytes)
                    .forEach(digest -> changes.make(new BinChange.Ended(
                            repository, new HistoryEntry(tag, digest, since, how, ending(deletion)))));
        }
    }

    private Ending ending(DeletionId deletion) {
        Instant now = clock.instant();
        return new Ending(deletion, now, by(deletion), now.plus(properties.undo()));
    }

    /** What goes along in the background is deleted by whoever began that. */
    private String by(DeletionId deletion) {
        String name = actor.name();
        return name.isEmpty() ? table.by(deletion).orElse("") : name;
    }
}
