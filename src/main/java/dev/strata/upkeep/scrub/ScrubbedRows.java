package dev.strata.upkeep.scrub;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.files.DiskUsage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the registry's rows of content, some at a time. Digests of both algorithms stand between each other. */
@Component
class ScrubbedRows {

    private final JdbcClient jdbc;

    ScrubbedRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<StoredBlob> blob(Digest digest) {
        return jdbc.sql("select digest, size, location from blob where digest = ?")
                .param(digest.bytes())
                .query((row, number) -> read(row))
                .optional();
    }

    /** Blobs whose digests begin with a byte, behind a digest; empty behind the last of them. */
    List<StoredBlob> blobs(int fan, byte[] after, int limit) {
        return jdbc.sql("select digest, size, location from blob where digest > ?" + end(fan)
                        + " order by digest fetch first ? rows only")
                .params(parameters(fan, after, limit))
                .query((row, number) -> read(row))
                .list();
    }

    /** Where the digests begin that begin with a byte: no digest is as short. */
    static byte[] start(int fan) {
        return new byte[] {(byte) fan};
    }

    private static String end(int fan) {
        return fan + 1 < DiskUsage.FANS ? " and digest < ?" : "";
    }

    private static List<Object> parameters(int fan, byte[] after, int limit) {
        return fan + 1 < DiskUsage.FANS ? List.of(after, start(fan + 1), limit) : List.of(after, limit);
    }

    private static StoredBlob read(ResultSet row) throws SQLException {
        return new StoredBlob(Digest.ofBytes(row.getBytes(1)), row.getLong(2), row.getString(3));
    }

    /** All digests of blobs of an algorithm that begin with a byte. */
    Set<Digest> digests(DigestAlgorithm algorithm, int fan) {
        Set<Digest> digests = new HashSet<>();
        byte[] after = start(fan);
        List<StoredBlob> some = blobs(fan, after, 1_000);
        while (!some.isEmpty()) {
            some.stream().map(StoredBlob::digest).filter(digest -> digest.algorithm() == algorithm).forEach(digests::add);
            some = blobs(fan, some.getLast().digest().bytes(), 1_000);
        }
        return digests;
    }

    /** Those of the places that a blob's row knows, or whose bytes are to go anyway. */
    Set<String> locations(Collection<String> places) {
        return places.isEmpty()
                ? Set.of()
                : new HashSet<>(jdbc.sql("select location from blob where location in (:places)"
                                + " union select location from blob_removal where location in (:places)")
                        .param("places", places)
                        .query(String.class)
                        .list());
    }

    /** A manifest's row. */
    record ScrubbedManifest(long id, Digest digest, int size) {}

    List<ScrubbedManifest> manifests(long after, int limit) {
        // One that is being forgotten has no digest any more.
        return jdbc.sql("select id, digest, size from manifest where id > ? and octet_length(digest) >= 32"
                        + " order by id fetch first ? rows only")
                .params(after, limit)
                .query((row, number) -> new ScrubbedManifest(row.getLong(1), Digest.ofBytes(row.getBytes(2)), row.getInt(3)))
                .list();
    }

    /** Absent where it has never been pushed, or its bytes were found broken. */
    Optional<byte[]> content(long manifestId) {
        return jdbc.sql("select content from manifest_content where manifest_id = ?")
                .param(manifestId)
                .query((row, number) -> row.getBytes(1))
                .optional();
    }
}
