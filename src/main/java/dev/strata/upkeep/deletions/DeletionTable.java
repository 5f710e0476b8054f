package dev.strata.upkeep.deletions;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.registry.DeletionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The statements on deletions as wholes. */
@Component
class DeletionTable {

    /** Manifests that list an image are looked at up to so many. */
    private static final int MOST_LISTS = 1_000;

    private static final String REPOSITORY = "(select r.id from repository r where r.name = ?)";

    private final JdbcClient jdbc;

    DeletionTable(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<Digest> imageOf(RepositoryName repository, Tag tag) {
        return jdbc.sql("select m.digest from tag t join manifest m on m.id = t.manifest_id"
                        + " where t.repository_id = " + REPOSITORY + " and t.name = ?")
                .params(repository.value(), tag.name())
                .query((row, number) -> Digest.ofBytes(row.getBytes(1)))
                .optional();
    }

    /** Whether an image has so many tags and no more, and nothing in the repository lists it. */
    boolean isForTheseAlone(RepositoryName repository, Digest digest, int tags) {
        List<Long> named = jdbc.sql("select t.manifest_id from tag t where t.repository_id = " + REPOSITORY
                        + " and t.manifest_id = (select m.id from manifest m where m.digest = ?) fetch first ? rows only")
                .params(repository.value(), digest.bytes(), tags + 1)
                .query(Long.class)
                .list();
        return named.size() <= tags && !isListed(repository, digest);
    }

    /** What very many list is taken to be listed here. */
    private boolean isListed(RepositoryName repository, Digest digest) {
        List<Boolean> lists = jdbc.sql("select (select l.manifest_id from manifest_link l where l.repository_id = " + REPOSITORY
                        + " and l.manifest_id = f.manifest_id) from manifest_reference f"
                        + " where f.digest = ? and f.kind = 'M' fetch first ? rows only")
                .params(repository.value(), digest.bytes(), MOST_LISTS)
                .query((row, number) -> row.getObject(1) != null)
                .list();
        return lists.contains(true) || lists.size() == MOST_LISTS;
    }

    Optional<TagRemoval.Undo> undoOf(RepositoryName repository, Digest digest) {
        return jdbc.sql("select i.deletion, i.goes_at from bin_item i where i.kind = 'M' and i.repository_id = " + REPOSITORY
                        + " and i.object_id = (select m.id from manifest m where m.digest = ?)")
                .params(repository.value(), digest.bytes())
                .query((row, number) -> new TagRemoval.Undo(DeletionId.of(row.getString(1)), ColumnTime.read(row, 2)))
                .optional();
    }

    /**
     * The last item of each of some deletions, the last deletion first.
     *
     * @param before the item before which to begin
     * @param looked how many items are looked at
     */
    List<Long> lastItems(long before, int looked, int limit) {
        return jdbc.sql("select w.id from (select i.id, i.deletion from bin_item i where i.id < ? order by i.id desc"
                        + " fetch first ? rows only) w"
                        + " where w.id = (select max(e.id) from bin_item e where e.deletion = w.deletion)"
                        + " order by w.id desc fetch first ? rows only")
                .params(before, looked, limit)
                .query(Long.class)
                .list();
    }

    /** Where a look at so many items ends; empty where there are not so many. */
    Optional<Long> endOf(long before, int looked) {
        return jdbc.sql("select i.id from bin_item i where i.id < ? order by i.id desc"
                        + " offset ? rows fetch next 1 rows only")
                .params(before, looked - 1)
                .query(Long.class)
                .optional();
    }

    /** Empty where it was taken back meanwhile, or given up. */
    Optional<PastDeletion> deletion(long item, int mostItems, int mostTags) {
        return head(item).map(head -> {
            String id = head.deletion().toString();
            return new PastDeletion(head, count(id, mostItems), tags(id, mostTags), bytes(id, mostItems));
        });
    }

    private Optional<PastDeletion.Head> head(long item) {
        return jdbc.sql("select i.id, i.kind, (select r.name from repository r where r.id = i.repository_id),"
                        + " case when i.kind = 'M' then (select m.digest from manifest m where m.id = i.object_id)"
                        + " else (select b.digest from blob b where b.id = i.object_id) end,"
                        + " i.deletion, i.deleted_at, i.deleted_by, i.goes_at from bin_item i where i.deletion ="
                        + " (select l.deletion from bin_item l where l.id = ?) order by i.deletion, i.id fetch first 1 rows only")
                .param(item)
                .query((row, number) -> head(item, row))
                .optional();
    }

    private static PastDeletion.Head head(long last, ResultSet row) throws SQLException {
        return new PastDeletion.Head(
                last,
                row.getString(2).equals("M"),
                RepositoryName.of(row.getString(3)),
                Digest.ofBytes(row.getBytes(4)),
                DeletionId.of(row.getString(5)),
                ColumnTime.read(row, 6),
                row.getString(7),
                ColumnTime.read(row, 8));
    }

    private int count(String deletion, int most) {
        return jdbc.sql("select count(*) from (select i.id from bin_item i where i.deletion = ? fetch first ? rows only) c")
                .params(deletion, most + 1)
                .query(Integer.class)
                .single();
    }

    private List<String> tags(String deletion, int most) {
        return jdbc.sql("select h.name from tag_history h where h.deletion = ? and h.how = 'D' order by h.deletion, h.id"
                        + " fetch first ? rows only")
                .params(deletion, most + 1)
                .query(String.class)
                .list();
    }

    /** Each blob once, however many of the deleted manifests name it, unless a manifest names it that is there. */
    private long bytes(String deletion, int mostItems) {
        String some = "select i.object_id from bin_item i where i.deletion = ? and i.kind = '%s' order by i.deletion, i.id"
                + " fetch first ? rows only";
        long manifests = jdbc.sql("select coalesce(sum(m.size), 0) from manifest m where m.id in (" + some.formatted("M") + ")")
                .params(deletion, mostItems)
                .query(Long.class)
                .single();
        long named = jdbc.sql("select coalesce(sum(b.size), 0) from blob b where b.digest in (select f.digest"
                        + " from manifest_reference f where f.position < ? and f.manifest_id in (" + some.formatted("M") + "))"
                        + " and not exists (select 1 from manifest_reference o where o.digest = b.digest and exists ("
                        + " select 1 from manifest_link l where l.manifest_id = o.manifest_id))")
                .params(mostItems * 10, deletion, mostItems)
                .query(Long.class)
                .single();
        long deleted = jdbc.sql("select coalesce(sum(b.size), 0) from blob b where b.id in (" + some.formatted("B") + ")"
                        + " and not exists (select 1 from blob_link l where l.blob_id = b.id)")
                .params(deletion, mostItems)
                .query(Long.class)
                .single();
        return manifests + named + deleted;
    }
}
