package dev.strata.savings.check;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.storage.OnStorage;
import dev.strata.storage.StorageKind;
import dev.strata.storage.files.DiskUsage;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Compares the files of blobs with the rows of blobs, and with those of which the row went first, in slices: those whose
 * digests begin with the same byte. What two looks in succession find different is unexplained, because a push puts the file
 * first and the row after it.
 */
@Component
@OnStorage(StorageKind.FILE_SYSTEM)
public class DiskCheck implements StoreCheck {

    private static final Logger log = LoggerFactory.getLogger(DiskCheck.class);

    /** After so many files a round ends, and the next one goes on. */
    private static final int FILES_A_ROUND = 20_000;

    /** A message names so many of the blobs. */
    private static final int MOST_NAMED = 10;

    private static final int SLICES = DigestAlgorithm.values().length * DiskUsage.FANS;

    private final DiskUsage disk;
    private final JdbcTemplate jdbc;
    /** It knows the differences between files and rows. */
    private final SliceRounds<Map<Digest, Long>> rounds;
    private final List<Digest> named = new ArrayList<>(); // guarded by this

    DiskCheck(DiskUsage disk, JdbcTemplate jdbc, Clock clock) {
        this.disk = disk;
        this.jdbc = jdbc;
        this.rounds = new SliceRounds<>(SLICES, clock);
    }

    /** Less the lengths of files that are missing. */
    @Override
    public long unexplained() {
        return rounds.unexplained();
    }

    @Override
    public Optional<Instant> checkedAt() {
        return rounds.checkedAt();
    }

    /** They are files, which are measured each time. */
    @Override
    public long uploads() {
        return 0;
    }

    @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT5S")
    public void look() {
        int files = 0;
        for (int slice = 0; slice < SLICES && files < FILES_A_ROUND; slice++) {
            files += lookAtNext();
        }
    }

    private synchronized int lookAtNext() {
        int slice = rounds.next();
        DigestAlgorithm algorithm = DigestAlgorithm.values()[slice / DiskUsage.FANS];
        int fan = slice % DiskUsage.FANS;
        DiskUsage.Fan found = disk.blobs(algorithm, fan);
        Map<Digest, Long> differences = differences(found.blobs(), rows(algorithm, fan));
        Map<Digest, Long> before = rounds.lastSeen(slice).orElse(Map.of());
        long sum = found.strays();
        for (Map.Entry<Digest, Long> difference : differences.entrySet()) {
            if (difference.getValue().equals(before.get(difference.getKey()))) {
                sum += difference.getValue();
            }
        }
        if (sum != 0) {
            differences.keySet().stream().limit(MOST_NAMED - named.size()).forEach(named::add);
        }
        // Once for all slices, and again when it changes.
        rounds.looked(slice, sum, differences)
                .ifPresent(bytes -> log.error(
                        "{} bytes in the blobs' directories are unexplained, among them those of {}", bytes, named));
        if (slice == SLICES - 1) {
            named.clear();
        }
        return found.blobs().size();
    }

    private static Map<Digest, Long> differences(Map<Digest, Long> files, Map<Digest, Long> rows) {
        Map<Digest, Long> differences = new HashMap<>(files);
        rows.forEach((digest, size) -> differences.merge(digest, -size, Long::sum));
        // An empty blob whose file is missing has the difference 0, and there is nothing to account for.
        differences.values().removeIf(difference -> difference == 0);
        return differences;
    }

    private Map<Digest, Long> rows(DigestAlgorithm algorithm, int fan) {
        Map<Digest, Long> rows = new HashMap<>();
        String upTo = fan + 1 < DiskUsage.FANS ? " and digest < ?" : "";
        Object[] range = fan + 1 < DiskUsage.FANS
                ? new Object[] {new byte[] {(byte) fan}, new byte[] {(byte) (fan + 1)}}
                : new Object[] {new byte[] {(byte) fan}};
        for (String table : List.of("blob_removal", "blob")) {
            jdbc.query(
                    "select digest, size from " + table + " where digest >= ?" + upTo,
                    row -> {
                        Digest digest = Digest.ofBytes(row.getBytes(1));
                        if (digest.algorithm() == algorithm) {
                            rows.put(digest, row.getLong(2));
                        }
                    },
                    range);
        }
        return rows;
    }
}
