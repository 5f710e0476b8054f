package dev.strata.cache.layerfiles;

import dev.strata.oci.Digest;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The tables of contents of layers in the database, each once for its blob. The parts are written one by one, and the row
 * that makes them a whole comes last; what a crash leaves without it is the same that is written the next time. All of it
 * goes with the blob.
 */
@Component
class LayerTableRows {

    private final JdbcTemplate jdbc;

    LayerTableRows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A table that is there.
     *
     * @param pieces how many parts it has
     * @param entries how many entries
     */
    record Whole(long blobId, int pieces, long entries) {}

    Optional<Long> blob(Digest digest) {
        return jdbc.queryForList("select id from blob where digest = ?", Long.class, (Object) digest.bytes()).stream()
                .findAny();
    }

    boolean isThere(long blobId) {
        return !jdbc.queryForList("select 1 from layer_table where blob_id = ?", Integer.class, blobId).isEmpty();
    }

    /** The table of a layer that a repository has. */
    Optional<Whole> find(long repositoryId, Digest diffId) {
        return jdbc.query(
                        "select t.blob_id, t.pieces, t.entries from layer_table t where t.diff_id = ?"
                                + " and exists (select 1 from blob_link l where l.repository_id = ? and l.blob_id = t.blob_id)"
                                + " limit 1",
                        (row, number) -> new Whole(row.getLong(1), row.getInt(2), row.getLong(3)),
                        diffId.bytes(),
                        repositoryId)
                .stream()
                .findAny();
    }

    /** A part of it; empty where the layer has gone meanwhile. */
    Optional<byte[]> piece(long blobId, int number) {
        List<byte[]> found = jdbc.query(
                "select content from layer_table_piece where blob_id = ? and number = ?",
                (row, count) -> row.getBytes(1),
                blobId,
                number);
        return found.stream().findAny();
    }

    void writePiece(long blobId, int number, byte[] content) {
        jdbc.update(
                "insert into layer_table_piece (blob_id, number, content) values (?, ?, ?) on conflict do nothing",
                blobId,
                number,
                content);
    }

    void writeWhole(Whole table, Digest diffId) {
        jdbc.update(
                "insert into layer_table (blob_id, diff_id, pieces, entries) values (?, ?, ?, ?) on conflict do nothing",
                table.blobId(),
                diffId.bytes(),
                table.pieces(),
                table.entries());
    }
}
