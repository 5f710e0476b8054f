package dev.strata.upkeep.retention.uses;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.database.columns.ColumnTime;
import dev.strata.registry.events.ManifestDeleted;
import dev.strata.registry.events.ManifestPushed;
import dev.strata.registry.events.TagDeleted;
import dev.strata.registry.events.TagMoved;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** When manifests were needed last; what goes is forgotten. */
@Component
public class ManifestUses {

    private final JdbcTemplate jdbc;
    private final Clock clock;

    ManifestUses(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @EventListener
    void on(ManifestPushed event) {
        if (!event.linked()) {
            set("pushed_at", event.repositoryId(), event.manifestId(), clock.instant());
        }
    }

    @EventListener
    void on(TagMoved event) {
        event.from().ifPresent(from -> set("untagged_at", event.repositoryId(), from, clock.instant()));
    }

    @EventListener
    void on(TagDeleted event) {
        set("untagged_at", event.repositoryId(), event.manifestId(), clock.instant());
    }

    @EventListener
    void on(ManifestDeleted event) {
        jdbc.update(
                "delete from manifest_use where repository_id = ? and manifest_id = ?",
                event.repositoryId(),
                event.manifestId());
    }

    /** Where the repository has the manifest still. */
    void pulled(long repositoryId, long manifestId, Instant time) {
        set("pulled_at", repositoryId, manifestId, time);
    }

    private void set(String column, long repositoryId, long manifestId, Instant time) {
        int updated = jdbc.update(
                "update manifest_use set " + column + " = ? where repository_id = ? and manifest_id = ?",
                at(time),
                repositoryId,
                manifestId);
        if (updated == 0) {
            jdbc.update(
                    "insert into manifest_use (" + column + ", repository_id, manifest_id) values (?, ?, ?)"
                            + " on conflict do nothing",
                    at(time),
                    repositoryId,
                    manifestId);
        }
    }

    /** Of a manifest of a repository, if anything is known. */
    public Optional<ManifestUse> find(long repositoryId, long manifestId) {
        return jdbc
                .query(
                        "select pulled_at, pushed_at, untagged_at from manifest_use"
                                + " where repository_id = ? and manifest_id = ?",
                        (row, n) -> new ManifestUse(
                                ColumnTime.find(row, 1), ColumnTime.find(row, 2), ColumnTime.find(row, 3)),
                        repositoryId,
                        manifestId)
                .stream()
                .findFirst();
    }
}
