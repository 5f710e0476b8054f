package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.storage.StoredBlob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.ResultSetExtractor;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.stereotype.Component;

/**
 * The one query of each pull, asked as directly as the database can be: by way of the entities it costs four times as
 * much as the database's own work, which is most of what a small pull costs.
 */
@Component
class Lookups {

    private static final String MANIFEST_BY_TAG = """
            select m.id, m.digest, l.media_type
            from repository r
              join tag t on t.repository_id = r.id
              join manifest_link l on l.repository_id = r.id and l.manifest_id = t.manifest_id
              join manifest m on m.id = t.manifest_id
            where r.name = ? and t.name = ?""";
    private static final String MANIFEST_BY_DIGEST = """
            select m.id, m.digest, l.media_type
            from repository r
              join manifest_link l on l.repository_id = r.id
              join manifest m on m.id = l.manifest_id
            where r.name = ? and m.digest = ?""";
    private static final String BLOB = """
            select b.digest, b.size, b.location
            from repository r
              join blob_link l on l.repository_id = r.id
              join blob b on b.id = l.blob_id
            where r.name = ? and b.digest = ?""";
    private static final String TAG_REVISION = "select r.id, r.tag_revision from repository r where r.name = ?";

    private final JdbcTemplate jdbc;

    Lookups(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    Optional<LinkedManifest> manifest(RepositoryName repository, String tag) {
        return jdbc.query(MANIFEST_BY_TAG, first(Lookups::manifest), repository.value(), tag);
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
