package dev.strata.upkeep.collection;

import dev.strata.registry.repositories.RepositoryForgetting;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Looks for repositories that have no manifests any more: at some of all repositories each time, and at the first ones again
 * after the last. So nothing has to note what may have been the last that was in one.
 */
@Component
class EmptyRepositories {

    /** What is in use stays as it is; so does what is hidden already, and blobs that were just pushed. */
    private static final String LOOK = """
            select r.id, case
              when exists (select 1 from manifest_link l where l.repository_id = r.id) then 0
              when exists (select 1 from cache_entry e where e.repository_id = r.id and e.state in ('U', 'V')) then 0
              when exists (select 1 from bin_item i where i.kind in ('B', 'M') and i.repository_id = r.id)
                or exists (select 1 from tag_history h where h.repository_id = r.id)
                then case when r.hidden then 0 else 1 end
              when exists (select 1 from blob_link b where b.repository_id = r.id) then 0
              else 1 end
            from repository r where r.id > ? order by r.id limit ?""";

    private static final int AT_ONCE = 500;
    /** So many are looked at once more under their locks; the next ones have their turn when it comes round. */
    private static final int MOST_FORGOTTEN = 50;

    private final RepositoryForgetting forgetting;
    private final JdbcTemplate jdbc;
    private long last;

    EmptyRepositories(RepositoryForgetting forgetting, JdbcTemplate jdbc) {
        this.forgetting = forgetting;
        this.jdbc = jdbc;
    }

    /** @param isDue whether it may go, or is to be hidden */
    private record Place(long id, boolean isDue) {}

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT1S")
    synchronized void look() {
        List<Place> places = jdbc.query(LOOK, (row, number) -> new Place(row.getLong(1), row.getInt(2) == 1), last, AT_ONCE);
        int forgotten = 0;
        for (Place place : places) {
            last = place.id();
            if (place.isDue()) {
                forgetting.forget(place.id());
                if (++forgotten == MOST_FORGOTTEN) {
                    return;
                }
            }
        }
        if (places.size() < AT_ONCE) {
            last = 0;
        }
    }
}
