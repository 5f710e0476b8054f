package dev.strata.upkeep.backup;

import dev.strata.oci.Digest;
import dev.strata.storage.StoredBlob;
import java.io.IOException;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** All rows of blobs of a database, in the order of their digests. */
public final class BlobRows {

    private static final int PAGE = 1_000;

    private final JdbcTemplate jdbc;

    public BlobRows(DataSource database) {
        this.jdbc = new JdbcTemplate(database);
    }

    /** Gets one after the other. */
    public interface Visitor {
        void visit(StoredBlob blob) throws IOException;
    }

    /** Reads some at a time. */
    public void visitAll(Visitor visitor) throws IOException {
        byte[] after = new byte[0];
        List<StoredBlob> page;
        do {
            page = jdbc.query(
                    "select digest, size, location from blob where digest > ? order by digest fetch first ? rows only",
                    (row, number) -> new StoredBlob(Digest.ofBytes(row.getBytes(1)), row.getLong(2), row.getString(3)),
                    after,
                    PAGE);
            for (StoredBlob blob : page) {
                visitor.visit(blob);
            }
            after = page.isEmpty() ? after : page.getLast().digest().bytes();
        } while (page.size() == PAGE);
    }
}
