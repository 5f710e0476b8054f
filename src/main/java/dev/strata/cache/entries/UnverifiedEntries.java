package dev.strata.cache.entries;

import dev.strata.database.work.WorkQueue;
import dev.strata.oci.Digest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Entries whose layers are to be verified in the background. */
@Component
public class UnverifiedEntries {

    /** The work on them, whose subjects are the entries' rows. */
    public static final String WORK = "verify-layers";

    private final JdbcTemplate jdbc;
    private final WorkQueue queue;

    UnverifiedEntries(JdbcTemplate jdbc, WorkQueue queue) {
        this.jdbc = jdbc;
        this.queue = queue;
    }

    /** Has an entry verified after its caller's transaction. */
    public void note(long id) {
        queue.add(WORK, String.valueOf(id));
    }

    /** An entry whose layer is to be verified. */
    public record Unverified(long id, RepositoryName repository, Layer layer, Digest diffId) {}

    /** An entry that is yet to be verified; empty where it is gone, or known already. */
    public Optional<Unverified> find(long id) {
        return jdbc.query(
                        """
                        select e.id, r.name, e.media_type, b.digest, b.size, e.diff_id
                        from cache_entry e join repository r on r.id = e.repository_id join blob b on b.id = e.blob_id
                        where e.id = ? and e.state = 'U'""",
                        (row, number) -> new Unverified(
                                row.getLong(1),
                                RepositoryName.of(row.getString(2)),
                                new Layer(
                                        MediaType.of(row.getString(3)),
                                        Digest.ofBytes(row.getBytes(4)),
                                        row.getLong(5)),
                                Digest.ofBytes(row.getBytes(6))),
                        id)
                .stream()
                .findAny();
    }
}
