package dev.strata.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Makes a data directory of very many blobs that nobody was promised of late. Those that are to go have a file each; the
 * others are rows, since nobody reads them.
 *
 * @param blobs how many in all
 * @param garbage how many of them go; they are in {@link #GARBAGE}
 */
record CollectionStore(long blobs, int garbage) {

    static final String GARBAGE = "bench/garbage";
    /** In bytes, of each blob. */
    static final int SIZE = 64;

    private static final String KEPT = "bench/kept";
    /** A transaction of the embedded database lies in memory. */
    private static final int BLOBS_A_STATEMENT = 20_000;

    void make(Path data) throws IOException {
        FilledDatabase.fill(data, this::insert);
        for (int number = 0; number < garbage; number++) {
            String hex = hex(number);
            Path file = data.resolve("blobs").resolve("sha256").resolve(hex.substring(0, 2)).resolve(hex);
            Files.createDirectories(file.getParent());
            Files.write(file, new byte[SIZE]);
        }
    }

    /** The digest of a blob of that number; its content is another, which nobody reads. */
    static String hex(int number) {
        return HexFormat.of().formatHex(
                Blob.sha256().digest(("stored" + number).getBytes(StandardCharsets.UTF_8)));
    }

    private void insert(JdbcTemplate jdbc) {
        insert(jdbc, GARBAGE, 0, garbage);
        insert(jdbc, KEPT, garbage, blobs);
    }

    private static void insert(JdbcTemplate jdbc, String repository, long begin, long end) {
        jdbc.update("insert into repository (name) values (?)", repository);
        for (long from = begin; from < end; from += BLOBS_A_STATEMENT) {
            Long before = jdbc.queryForObject("select coalesce(max(id), 0) from blob", Long.class);
            jdbc.update("insert into blob (digest, size, location, stored_at) select digest, " + SIZE
                    + ", 'sha256/' || substring(lower(rawtohex(digest)), 1, 2) || '/' || lower(rawtohex(digest)), now()"
                    + " from (select hash('SHA256', 'stored' || n) as digest from system_range(?, ?) as numbers(n)) named",
                    from, Math.min(end, from + BLOBS_A_STATEMENT) - 1);
            jdbc.update("insert into blob_link (repository_id, blob_id, promised_at)"
                    + " select r.id, b.id, dateadd('DAY', -30, now()) from blob b, repository r where b.id > ? and r.name = ?",
                    before, repository);
            jdbc.update("insert into savings_change (kind, repository_id, subject_id, size, stored, linked, way)"
                    + " select 'B', r.id, b.id, b.size, true, true, 'U' from blob b, repository r where b.id > ? and r.name = ?"
                    + " order by b.id", before, repository);
            jdbc.execute("checkpoint");
        }
    }
}
