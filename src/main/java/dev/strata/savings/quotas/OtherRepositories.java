package dev.strata.savings.quotas;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which other repositories have something, as the registry has it within the running transaction. */
@Component
class OtherRepositories {

    private static final int MOST = 100;

    private final JdbcTemplate jdbc;

    OtherRepositories(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Some repositories.
     *
     * @param areAll whether there are no others
     */
    record Some(List<String> repositories, boolean areAll) {}

    Some withBlob(long blobId, long otherThan) {
        return some("blob_link l where l.blob_id = ?", blobId, otherThan);
    }

    Some withManifest(long manifestId, long otherThan) {
        return some("manifest_link l where l.manifest_id = ?", manifestId, otherThan);
    }

    private Some some(String links, long id, long otherThan) {
        List<String> names = jdbc.queryForList(
                "select (select r.name from repository r where r.id = l.repository_id) from " + links
                        + " and l.repository_id <> ? limit " + MOST,
                String.class,
                id,
                otherThan);
        return new Some(names, names.size() < MOST);
    }

    long sizeOfManifest(long manifestId) {
        return jdbc.queryForList("select size from manifest where id = ?", Long.class, manifestId).stream()
                .findFirst()
                .orElse(0L);
    }
}
