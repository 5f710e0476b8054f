package dev.strata.savings.ledger;

import dev.strata.database.columns.ColumnCode;
import dev.strata.oci.Digest;
import dev.strata.savings.counted.CountedImage;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
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

        public enum Kind implements ColumnCode {
            BLOB('B'),
            MANIFEST('M');

            private final char code;

            Kind(char code) {
                this.code = code;
            }

            @Override
            public char code() {
                return code;
            }
        }
    }

    private final JdbcTemplate jdbc;

    public References(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** How many references a manifest has. */
    public int count(long manifestId) {
        Integer count = jdbc.queryForObject(
                "select count(*) from manifest_reference where manifest_id = ?", Integer.class, manifestId);
        return count == null ? 0 : count;
    }

    /** In their order. */
    public List<Reference> of(long manifestId) {
        return of(manifestId, Integer.MAX_VALUE);
    }

    /** The first of them, in their order. */
    public List<Reference> of(long manifestId, int limit) {
        return of(manifestId, 0, limit);
    }

    /** Some of them from a position on, in their order. */
    public List<Reference> of(long manifestId, long from, int limit) {
        return jdbc.query(
                "select f.position, f.kind, f.digest, f.size, (select b.id from blob b where b.digest = f.digest),"
                        + " case when f.kind = 'M' then (select m.id from manifest m where m.digest = f.digest) end"
                        + " from manifest_reference f where f.manifest_id = ? and f.position >= ?"
                        + " order by f.manifest_id, f.position"
                        + " limit ?",
                (row, number) -> new Reference(
                        row.getInt(1),
                        row.getString(2).equals("M"),
                        Digest.ofBytes(row.getBytes(3)),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)),
                manifestId,
                from,
                limit);
    }

    /** Whether a manifest names a blob before a position, too. */
    public boolean isNamedBefore(long manifestId, long blobId, long position) {
        return !jdbc.queryForList(
                        "select f.position from manifest_reference f where f.digest = (select b.digest from blob b where b.id = ?)"
                                + " and f.manifest_id = ? and f.position < ? limit 1",
                        Integer.class,
                        blobId,
                        manifestId,
                        position)
                .isEmpty();
    }

    /**
     * Some of the manifests that name something, in the order of their ids.
     *
     * @param isFull whether there may be more behind them
     */
    public record Naming(List<Long> manifests, boolean isFull) {

        /** Where to go on. */
        public long last() {
            return manifests.isEmpty() ? 0 : manifests.getLast();
        }

        public int size() {
            return manifests.size();
        }
    }

    /** Some of the manifests, in whichever repository, that name a blob. */
    public Naming naming(long blobId, long after, int limit) {
        return naming(limit, jdbc.queryForList(
                "select f.manifest_id from manifest_reference f"
                        + " where f.digest = (select b.digest from blob b where b.id = ?) and f.manifest_id > ?"
                        + " order by f.digest, f.manifest_id limit ?",
                Long.class,
                blobId,
                after,
                limit));
    }

    /** Some of the indexes, in whichever repository, that list a manifest. */
    public Naming listing(long manifestId, long after, int limit) {
        return naming(limit, jdbc.queryForList(
                "select f.manifest_id from manifest_reference f"
                        + " where f.digest = (select m.digest from manifest m where m.id = ?) and f.kind = 'M'"
                        + " and f.manifest_id > ? order by f.digest, f.manifest_id limit ?",
                Long.class,
                manifestId,
                after,
                limit));
    }

    /** One that names it several times is found several times: a database that left it out would read all the others first. */
    private static Naming naming(int limit, List<Long> found) {
        return new Naming(found.stream().distinct().toList(), found.size() == limit);
    }

    /** How many indexes whose entries are followed list a manifest in a repository. */
    public int countListing(CountedImage.Key manifest) {
        Integer count = jdbc.queryForObject(
                "select count(distinct f.manifest_id) from manifest_reference f"
                        + " join savings_image i on i.repository_id = ? and i.manifest_id = f.manifest_id"
                        + " where f.digest = (select m.digest from manifest m where m.id = ?) and f.kind = 'M'"
                        + " and i.form = 'X'",
                Integer.class,
                manifest.repositoryId(),
                manifest.manifestId());
        return count == null ? 0 : count;
    }

    /** What a blob or a manifest is to those that wait for it. */
    public Missing missing(Missing.Kind kind, long id) {
        String table = kind == Missing.Kind.BLOB ? "blob" : "manifest";
        byte[] digest = jdbc.queryForObject("select digest from " + table + " where id = ?", byte[].class, id);
        return new Missing(Digest.ofBytes(Objects.requireNonNull(digest)), kind);
    }

    /** Some of the manifests of a repository that wait for something. */
    public List<Long> waitingFor(long repositoryId, Missing missing, int limit) {
        return jdbc.queryForList(
                "select x.manifest_id from savings_missing x where x.repository_id = ? and x.digest = ? and x.kind = ?"
                        + " order by x.repository_id, x.digest, x.kind, x.manifest_id limit ?",
                Long.class,
                repositoryId,
                missing.digest().bytes(),
                missing.kind().column(),
                limit);
    }

    /** Notes what a manifest's repository does not have of it, where it is not noted yet. */
    public void addMissing(CountedImage.Key manifest, Collection<Missing> missing) {
        if (!missing.isEmpty()) {
            jdbc.batchUpdate(
                    "insert into savings_missing (repository_id, digest, kind, manifest_id) values (?, ?, ?, ?)"
                            + " on conflict do nothing",
                    missing.stream().map(one -> values(manifest, one)).toList());
        }
    }

    private static Object[] values(CountedImage.Key manifest, Missing missing) {
        return new Object[] {
            manifest.repositoryId(), missing.digest().bytes(), missing.kind().column(), manifest.manifestId()
        };
    }

    /** Some manifests of a repository do not wait for something any more. */
    public void removeMissing(Collection<CountedImage.Key> manifests, Missing missing) {
        jdbc.batchUpdate(
                "delete from savings_missing where repository_id = ? and digest = ? and kind = ? and manifest_id = ?",
                manifests.stream().map(manifest -> values(manifest, missing)).toList());
    }

    /** Forgets some of what a manifest's repository does not have of it, and says how much that was. */
    public int clearMissing(CountedImage.Key manifest, int limit) {
        List<Object[]> some = jdbc.query(
                "select x.digest, x.kind from savings_missing x where x.repository_id = ? and x.manifest_id = ? limit ?",
                (row, number) -> new Object[] {
                    manifest.repositoryId(), row.getBytes(1), row.getString(2), manifest.manifestId()
                },
                manifest.repositoryId(),
                manifest.manifestId(),
                limit);
        jdbc.batchUpdate(
                "delete from savings_missing where repository_id = ? and digest = ? and kind = ? and manifest_id = ?",
                some);
        return some.size();
    }
}
