package dev.strata.upkeep.collection;

import static dev.strata.database.columns.ColumnTime.at;

import dev.strata.registry.blobs.Unlinking;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What keeps a blob in a repository: a manifest of the repository names it, or one that was deleted and can be taken back, or
 * an entry of the layer cache has it.
 *
 * <p>Very many manifests of other repositories may name it too. Those are looked at before, in as long as it takes; under the
 * locks only what came to the repository since then is looked at.
 */
@Component
class BlobHolders {

    /** Manifests that are looked at under the locks for one blob, and in one statement. */
    private static final int FEW = 200;
    /** Clocks of processes may differ. */
    private static final Duration AT_ODDS = Duration.ofMinutes(1);

    private final JdbcTemplate jdbc;
    private final Clock clock;

    BlobHolders(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** A look at some blobs of a repository, which is asked again under the locks. */
    Look lookAt(long repositoryId, List<Long> blobIds) {
        Look look = new Look();
        blobIds.forEach(id -> look.before(repositoryId, id));
        return look;
    }

    /** What is known of some blobs. */
    final class Look implements Unlinking.Holders {

        /** Blobs that very many manifests name, none of them the repository's at that time. */
        private final Map<Long, Instant> looked = new HashMap<>();
        /** What held these then tells when it goes. */
        private final Set<Long> heldBefore = new HashSet<>();
        private final Set<Long> unclear = new HashSet<>();

        private void before(long repositoryId, long blobId) {
            Instant now = clock.instant();
            Naming naming = new Naming(repositoryId, blobId);
            if (isInEntry(repositoryId, blobId) || naming.isFound(Integer.MAX_VALUE)) {
                heldBefore.add(blobId);
            } else if (naming.looked > FEW) {
                looked.put(blobId, now.minus(AT_ODDS));
            }
        }

        @Override
        public Set<Long> held(long repositoryId, List<Long> blobIds) {
            unclear.clear();
            Set<Long> held = new HashSet<>();
            for (long id : blobIds) {
                if (heldBefore.contains(id) || isInEntry(repositoryId, id) || isNamed(repositoryId, id)) {
                    held.add(id);
                }
            }
            return held;
        }

        /** Those of which it has to be looked at once more whether anything holds them: too much came meanwhile. */
        Set<Long> unclear() {
            return unclear;
        }

        private boolean isNamed(long repositoryId, long blobId) {
            Instant since = looked.get(blobId);
            if (since != null) {
                List<Boolean> later = namedByLater(repositoryId, blobId, since);
                return later.contains(true) || isUnclear(blobId, later.size() == FEW);
            }
            Naming naming = new Naming(repositoryId, blobId);
            return naming.isFound(FEW + 1) || isUnclear(blobId, naming.looked > FEW);
        }

        private boolean isUnclear(long blobId, boolean tooMany) {
            if (tooMany) {
                unclear.add(blobId);
            }
            return tooMany;
        }
    }

    private boolean isInEntry(long repositoryId, long blobId) {
        return exists(
                "select id from cache_entry where repository_id = ? and blob_id = ? and state between 'U' and 'V' limit 1",
                repositoryId,
                blobId);
    }

    /** Of each of some manifests that came since then, whether it names the blob. */
    private List<Boolean> namedByLater(long repositoryId, long blobId, Instant since) {
        return jdbc.query(
                "select (select min(f.position) from manifest_reference f"
                        + " where f.digest = (select b.digest from blob b where b.id = ?) and f.manifest_id = l.manifest_id)"
                        + " from manifest_link l where l.repository_id = ? and l.pushed_at >= ? limit ?",
                (row, number) -> row.getObject(1) != null,
                blobId,
                repositoryId,
                at(since),
                FEW);
    }

    private boolean exists(String query, Object... parameters) {
        return !jdbc.queryForList(query, Long.class, parameters).isEmpty();
    }

    /** Looks for a manifest of a repository among all that name a blob. */
    private final class Naming {

        private final long repositoryId;
        private final long blobId;
        private int looked;
        private long last;

        Naming(long repositoryId, long blobId) {
            this.repositoryId = repositoryId;
            this.blobId = blobId;
        }

        boolean isFound(int atMost) {
            boolean found = false;
            boolean more = true;
            while (!found && more && looked < atMost) {
                List<Boolean> page = jdbc.query(
                        "select f.manifest_id,"
                                + " (select l.manifest_id from manifest_link l"
                                + " where l.repository_id = ? and l.manifest_id = f.manifest_id),"
                                + " (select i.object_id from bin_item i"
                                + " where i.kind = 'M' and i.object_id = f.manifest_id and i.repository_id = ?)"
                                + " from manifest_reference f where f.digest = (select b.digest from blob b where b.id = ?)"
                                + " and f.manifest_id > ? order by f.digest, f.manifest_id limit ?",
                        (row, number) -> {
                            last = row.getLong(1);
                            return row.getObject(2) != null || row.getObject(3) != null;
                        },
                        repositoryId,
                        repositoryId,
                        blobId,
                        last,
                        FEW + 1);
                looked += page.size();
                found = page.contains(true);
                more = page.size() > FEW;
            }
            return found;
        }
    }
}
