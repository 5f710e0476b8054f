package dev.strata.savings.ledger;

import dev.strata.oci.Digest;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What manifests name, which never changes, and which of it their repositories do not have. */
@Component
public class References {

    /**
     * What a manifest names.
     *
     * @param position where it stands in the manifest
     * @param entry whether it is an index's
     * @param size as the manifest says
     * @param blobId the blob of that digest, 0 where the registry has none
     * @param manifestId of an index's entry the manifest of that digest, 0 where the registry has none
     */
    public record Reference(int position, boolean entry, Digest digest, long size, long blobId, long manifestId) {}

    /** Something that a manifest names and its repository does not have. */
    public record Missing(Digest digest, Kind kind) {

        public enum Kind {
            BLOB("B"),
            MANIFEST("M");

            private final String code;

            Kind(String code) {
                this.code = code;
            }
        }
    }

    private final JdbcTemplate jdbc;

    public References(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** In their order. */
    public List<Reference> of(long manifestId) {
        return jdbc.query(
                "select f.position, f.kind, f.digest, f.size, (select b.id from blob b where b.digest = f.digest),"
                        + " case when f.kind = 'M' then (select m.id from manifest m where m.digest = f.digest) end"
                        + " from manifest_reference f where f.manifest_id = ? order by f.manifest_id, f.position",
                (row, number) -> new Reference(
                        row.getInt(1),
                        row.getString(2).equals("M"),
                        Digest.ofBytes(row.getBytes(3)),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)),
                manifestId);
    }

    /** The manifests, in whichever repository, that name a blob. */
    public List<Long> naming(long blobId) {
        return jdbc.queryForList(
                "select distinct f.manifest_id from manifest_reference f"
                        + " where f.digest = (select b.digest from blob b where b.id = ?)",
                Long.class,
                blobId);
    }

    /** The indexes, in whichever repository, that list a manifest. */
    public List<Long> listing(long manifestId) {
        return jdbc.queryForList(
                "select distinct f.manifest_id from manifest_reference f"
                        + " where f.digest = (select m.digest from manifest m where m.id = ?) and f.kind = 'M'",
                Long.class,
                manifestId);
    }

    /** The manifests of a repository that wait for a blob. */
    public List<Long> waitingForBlob(long repositoryId, long blobId) {
        return jdbc.queryForList(
                "select x.manifest_id from savings_missing x where x.repository_id = ?"
                        + " and x.digest = (select b.digest from blob b where b.id = ?) and x.kind = 'B'",
                Long.class,
                repositoryId,
                blobId);
    }

    /** The indexes of a repository that wait for a manifest. */
    public List<Long> waitingForManifest(long repositoryId, long manifestId) {
        return jdbc.queryForList(
                "select x.manifest_id from savings_missing x where x.repository_id = ?"
                        + " and x.digest = (select m.digest from manifest m where m.id = ?) and x.kind = 'M'",
                Long.class,
                repositoryId,
                manifestId);
    }

    /** Notes what a manifest's repository does not have of it, instead of what was noted before. */
    public void setMissing(CountedImage.Key manifest, Set<Missing> missing) {
        clearMissing(manifest);
        addMissing(manifest, missing);
    }

    public void addMissing(CountedImage.Key manifest, Set<Missing> missing) {
        if (!missing.isEmpty()) {
            jdbc.batchUpdate(
                    "insert into savings_missing (repository_id, digest, kind, manifest_id) values (?, ?, ?, ?)",
                    missing.stream()
                            .map(one -> new Object[] {
                                manifest.repositoryId(), one.digest().bytes(), one.kind().code, manifest.manifestId()
                            })
                            .toList());
        }
    }

    public void clearMissing(CountedImage.Key manifest) {
        jdbc.update(
                "delete from savings_missing where repository_id = ? and manifest_id = ?",
                manifest.repositoryId(),
                manifest.manifestId());
    }
}
