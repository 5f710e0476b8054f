package dev.strata.upkeep.collection;

import dev.strata.database.work.WorkQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * A round of all repositories once a day, for those that nothing noted when they became empty: a lease was the last that
 * needed one, or a crash took the note. It takes its time.
 */
@Component
class EmptyRepositories {

    /**
     * What is in use stays as it is; so does what is hidden already, and blobs that were just pushed. There is no {@code in}
     * here: H2 2.4 takes up an unfinished search of an index by one where the statement's last run left it, and finds rows
     * that have gone since.
     */
    private static final String LOOK = """
            select r.id, case
              when exists (select 1 from manifest_link l where l.repository_id = r.id) then 0
              when exists (select 1 from cache_entry e where e.repository_id = r.id and e.state between 'U' and 'V') then 0
              when exists (select 1 from bin_item i where i.kind = 'M' and i.repository_id = r.id)
                or exists (select 1 from bin_item i where i.kind = 'B' and i.repository_id = r.id)
                or exists (select 1 from tag_history h where h.repository_id = r.id)
                then case when r.hidden then 0 else 1 end
              when exists (select 1 from blob_link b where b.repository_id = r.id) then 0
              else 1 end
            from repository r where r.id > ? order by r.id limit ?""";

    private static final int AT_ONCE = 500;
    private static final Duration BETWEEN_ROUNDS = Duration.ofDays(1);

    private final WorkQueue queue;
    private final JdbcTemplate jdbc;
    private final Clock clock;
    private Instant next = Instant.MIN;
    private long last;

    EmptyRepositories(WorkQueue queue, JdbcTemplate jdbc, Clock clock) {
        this.queue = queue;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** @param isDue whether it may go, or is to be hidden */
    private record Place(long id, boolean isDue) {}

    /** Looks at some more of them. */
    @Scheduled(fixedDelayString = "PT30S", initialDelayString = "PT30S")
    synchronized void look() {
        Instant now = clock.instant();
        if (last == 0) {
            if (now.isBefore(next)) {
                return;
            }
            next = now.plus(BETWEEN_ROUNDS);
        }
        List<Place> places = jdbc.query(LOOK, (row, number) -> new Place(row.getLong(1), row.getInt(2) == 1), last, AT_ONCE);
        places.stream()
                .filter(Place::isDue)
                .forEach(place -> queue.add(Collection.NAME, new CollectionSubject.Emptied(place.id()).text()));
        last = places.size() < AT_ONCE ? 0 : places.getLast().id();
    }
}
