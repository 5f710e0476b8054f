package dev.strata.upkeep.history;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** What tags pointed at, and what they point at. */
@Service
public class TagHistories {

    private final HistoryTable table;
    private final JdbcClient jdbc;

    TagHistories(HistoryTable table, JdbcClient jdbc) {
        this.table = table;
        this.jdbc = jdbc;
    }

    /** @param setAt since when it points there, or was pushed so again */
    public record Pointed(Digest digest, Instant setAt) {}

    /**
     * A tag that was moved or deleted.
     *
     * @param now empty where there is no such tag
     */
    public record Changed(HistoryEntry last, Optional<Pointed> now) {}

    public Optional<Pointed> now(RepositoryName repository, Tag tag) {
        return jdbc.sql("select m.digest, t.updated_at from tag t join manifest m on m.id = t.manifest_id"
                        + " where t.repository_id = (select r.id from repository r where r.name = ?) and t.name = ?")
                .params(repository.value(), tag.name())
                .query((row, number) -> new Pointed(Digest.ofBytes(row.getBytes(1)), ColumnTime.read(row, 2)))
                .optional();
    }

    /** Whether an image is there, or was deleted and can be taken back. */
    public boolean isAvailable(RepositoryName repository, Digest digest) {
        return jdbc.sql("select (select l.manifest_id from manifest_link l where l.repository_id = r.id and l.manifest_id = m.id),"
                        + " (select i.id from bin_item i where i.kind = 'M' and i.repository_id = r.id and i.object_id = m.id)"
                        + " from repository r, manifest m where r.name = ? and m.digest = ?")
                .params(repository.value(), digest.bytes())
                .query((row, number) -> row.getObject(1) != null || row.getObject(2) != null)
                .optional()
                .orElse(false);
    }

    /** Some of the tags of a repository that were moved or deleted of late, in the order of their names. */
    public List<Changed> changed(RepositoryName repository, String after, int limit) {
        List<Changed> changed = new ArrayList<>();
        Optional<Long> id = jdbc.sql("select id from repository where name = ?")
                .param(repository.value())
                .query(Long.class)
                .optional();
        Optional<Tag> next = id.flatMap(found -> table.nextTag(found, after));
        while (next.isPresent() && changed.size() < limit) {
            Tag tag = next.get();
            table.of(id.orElseThrow(), tag, 1).forEach(last -> changed.add(new Changed(last, now(repository, tag))));
            next = table.nextTag(id.orElseThrow(), tag.name());
        }
        return changed;
    }
}
