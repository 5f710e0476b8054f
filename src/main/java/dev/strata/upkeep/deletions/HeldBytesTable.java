package dev.strata.upkeep.deletions;

import dev.strata.database.columns.ColumnTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The statements that tell what a deletion alone holds. */
@Component
class HeldBytesTable {

    /** What a manifest names beyond is not added up. */
    private static final int MOST_REFERENCES = 1_000;

    /** What nothing needs that is there, and no deletion holds that goes later. */
    private static final String ONLY_HERE = """
            and not exists (select 1 from manifest_reference o where o.digest = b.digest
             and (exists (select 1 from manifest_link l where l.manifest_id = o.manifest_id)
              or exists (select 1 from bin_item i where i.kind = 'M' and i.object_id = o.manifest_id
               and (i.goes_at > ? or i.goes_at = ? and i.id > ?))))
            and not exists (select 1 from bin_item i where i.kind = 'B' and i.object_id = b.id
             and (i.goes_at > ? or i.goes_at = ? and i.id > ?))""";

    private final JdbcClient jdbc;

    HeldBytesTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Something that was deleted. */
    record Holder(long id, boolean isManifest, long objectId, Instant goesAt) {}

    /** Some behind one of them; what goes last comes first. */
    List<Holder> holders(Optional<Holder> after, int limit) {
        String select = "select i.id, i.kind, i.object_id, i.goes_at from bin_item i";
        String end = " order by i.goes_at desc, i.id desc fetch first ? rows only";
        return after.map(last -> jdbc.sql(select + " where i.goes_at <= ? and (i.goes_at < ? or i.id < ?)" + end)
                        .params(ColumnTime.at(last.goesAt()), ColumnTime.at(last.goesAt()), last.id(), limit))
                .orElseGet(() -> jdbc.sql(select + end).param(limit))
                .query((row, number) ->
                        new Holder(row.getLong(1), row.getString(2).equals("M"), row.getLong(3), ColumnTime.read(row, 4)))
                .list();
    }

    /** The blobs that only this holds, and nothing that goes later. */
    long bytes(Holder holder) {
        Object at = ColumnTime.at(holder.goesAt());
        String blobs = holder.isManifest()
                ? "b.digest in (select f.digest from manifest_reference f where f.manifest_id = ? and f.position < "
                        + MOST_REFERENCES + ")"
                : "b.id = ?";
        return jdbc.sql("select coalesce(sum(b.size), 0) from blob b where " + blobs + " " + ONLY_HERE)
                .params(holder.objectId(), at, at, holder.id(), at, at, holder.id())
                .query(Long.class)
                .single();
    }
}
