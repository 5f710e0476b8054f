package dev.strata.savings.check;

import dev.strata.problem.RegistryException;
import dev.strata.storage.OnStorage;
import dev.strata.storage.StorageKind;
import dev.strata.storage.bucket.BucketObjects;
import dev.strata.storage.bucket.BucketObjects.Held;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lists the bucket and compares its objects with rows, in slices. What two looks in succession find unknown is unexplained,
 * because a push puts the object first and the row after it. Of objects that are missing the reading of all content tells.
 */
@Component
@OnStorage(StorageKind.S3)
public class ObjectCheck implements StoreCheck {

    private static final Logger log = LoggerFactory.getLogger(ObjectCheck.class);

    /** A store asks money for a list. All slices take half an hour, or longer where there is much in them. */
    private static final int SLICES_A_ROUND = 8;
    private static final int OBJECTS_A_ROUND = 20_000;
    /** So many of a slice are looked at twice; of further ones once is enough. */
    private static final int MOST_REMEMBERED = 1_000;

    private final BucketObjects objects;
    private final JdbcClient jdbc;
    /** It knows the objects that were unknown. */
    private final SliceRounds<Set<String>> rounds;
    private volatile long uploads;

    ObjectCheck(BucketObjects objects, JdbcClient jdbc, Clock clock) {
        this.objects = objects;
        this.jdbc = jdbc;
        this.rounds = new SliceRounds<>(BucketObjects.SLICES, clock);
    }

    @Override
    public long unexplained() {
        return rounds.unexplained();
    }

    @Override
    public long uploads() {
        return uploads;
    }

    @Override
    public Optional<Instant> checkedAt() {
        return rounds.checkedAt();
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void look() {
        try {
            int listed = 0;
            for (int slice = 0; slice < SLICES_A_ROUND && listed < OBJECTS_A_ROUND; slice++) {
                listed += lookAtNext();
            }
        } catch (RegistryException e) {
            log.warn("What the store holds cannot be listed now: {}", e.getMessage());
        }
    }

    /** Looks at everything. */
    public void lookAtAll() {
        for (int slice = 0; slice < BucketObjects.SLICES; slice++) {
            lookAtNext();
        }
    }

    private int lookAtNext() {
        int slice = rounds.next();
        Look look = new Look(rounds.lastSeen(slice).orElse(Set.of()));
        objects.visit(slice, look::at);
        if (slice == BucketObjects.SLICES - 1) {
            uploads = objects.uploads();
        }
        rounds.looked(slice, look.unexplained, look.unknown)
                .ifPresent(bytes -> log.error("{} bytes in the bucket are unexplained", bytes));
        return look.listed;
    }

    private Set<String> known(List<String> locations) {
        Set<String> known = new HashSet<>(objects.ofUploads(locations));
        known.addAll(jdbc.sql("select location from blob where location in (:locations)"
                        + " union select location from blob_removal where location in (:locations)")
                .param("locations", locations)
                .query(String.class)
                .list());
        return known;
    }

    /** One look at a slice. */
    private final class Look {

        private final Set<String> before;
        private final Set<String> unknown = new HashSet<>();
        private long unexplained;
        private int listed;

        Look(Set<String> before) {
            this.before = before;
        }

        void at(List<Held> some) {
            listed += some.size();
            if (some.isEmpty()) {
                return;
            }
            Set<String> known = known(some.stream().map(Held::location).collect(Collectors.toList()));
            for (Held object : some) {
                if (known.contains(object.location())) {
                    continue;
                }
                boolean isRemembered = unknown.size() < MOST_REMEMBERED && unknown.add(object.location());
                if (!isRemembered || before.contains(object.location())) {
                    unexplained += object.size();
                }
            }
        }
    }
}
