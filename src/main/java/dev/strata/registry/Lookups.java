package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.storage.StoredBlob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/**
 * The one query of each pull, asked as directly as the database can be: by way of the entities it costs four times as
 * much as the database's own work, which is most of what a small pull costs.
 *
 * <p>No table is joined. H2 makes a plan when it sees a query first, with nothing in the tables, and keeps it: an order
 * of joins that is as good as any other then reads every row of a repository later.
 */
@Component
class Lookups {

    private static final String MANIFEST_BY_TAG = """
            select l.manifest_id, (select m.digest from manifest m where m.id = l.manifest_id), l.media_type
            from manifest_link l
            where l.repository_id = (select r.id from repository r where r.name = ?)
              and l.manifest_id = (
                select t.manifest_id from tag t
                where t.repository_id = (select r.id from repository r where r.name = ?) and t.name = ?)""";
    private static final String MANIFEST_BY_DIGEST = """
            select l.manifest_id, (select m.digest from manifest m where m.id = l.manifest_id), l.media_type
            from manifest_link l
            where l.repository_id = (select r.id from repository r where r.name = ?)
              and l.manifest_id = (select m.id from manifest m where m.digest = ?)""";
    private static final String BLOB = """
            select b.digest, b.size, b.location
            from blob b
            where exists (
                select 1 from blob_link l
                where l.repository_id = (select r.id from repository r where r.name = ?) and l.blob_id = b.id)
              and b.digest = ?""";
    private static final String TAG_REVISION = "select r.id, r.tag_revision from repository r where r.name = ?";

    private static final String TAGS_AROUND = """
            select t.name from tag t
            where t.repository_id = ? and t.name > ?
            order by t.repository_id, t.name
            offset ? rows fetch next 2 rows only""";

    private final JdbcTemplate jdbc;

    Lookups(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    Optional<LinkedManifest> manifest(RepositoryName repository, String tag) {
        return jdbc.query(MANIFEST_BY_TAG, first(Lookups::manifest), repository.value(), repository.value(), tag);
    }

    Optional<LinkedManifest> manifest(RepositoryName repository, Digest digest) {
        return jdbc.query(MANIFEST_BY_DIGEST, first(Lookups::manifest), repository.value(), digest.bytes());
    }

    Optional<StoredBlob> blob(RepositoryName repository, Digest digest) {
        return jdbc.query(BLOB, first(Lookups::blob), repository.value(), digest.bytes());
    }

    Optional<TagRevision> tagRevision(RepositoryName repository) {
        return jdbc.query(
                TAG_REVISION, first((row, number) -> new TagRevision(row.getLong(1), row.getLong(2))), repository.value());
    }

    Optional<String> endOfTags(long repositoryId, String last, int limit) {
        List<String> around = jdbc.queryForList(TAGS_AROUND, String.class, repositoryId, last, limit - 1);
        return around.size() == 2 ? Optional.of(around.getFirst()) : Optional.empty();
    }

    private static LinkedManifest manifest(ResultSet row, int number) throws SQLException {
        return new LinkedManifest(row.getLong(1), Digest.ofBytes(row.getBytes(2)), MediaType.of(row.getString(3)));
    }

    private static StoredBlob blob(ResultSet row, int number) throws SQLException {
        return new StoredBlob(Digest.ofBytes(row.getBytes(1)), row.getLong(2), row.getString(3));
    }

    private static <T> ResultSetExtractor<Optional<T>> first(RowMapper<T> mapper) {
        return rows -> rows.next() ? Optional.ofNullable(mapper.mapRow(rows, 0)) : Optional.empty();
    }
}
