package dev.strata.savings.ledger;

import dev.strata.savings.counted.CountedRepository;
import dev.strata.savings.counted.Total;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Adds to figures what they were found to be wrong by. Nothing follows from it: each figure is corrected by itself. */
@Component
public class Correction {

    private final JdbcTemplate jdbc;

    Correction(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public void total(Total total, long change) {
        int updated = jdbc.update("update savings_total set amount = amount + ? where name = ?", change, total.name());
        if (updated == 0) {
            jdbc.update("insert into savings_total (amount, name) values (?, ?)", change, total.name());
        }
    }

    public void image(long number, long full, long unique) {
        jdbc.update(
                "update savings_image set full_size = full_size + ?, unique_size = unique_size + ?,"
                        + " shared_size = full_size + ? - unique_size - ?,"
                        + " freed = case when tags > 1 then 0 else unique_size + ? end where number = ?",
                full,
                unique,
                full,
                unique,
                unique,
                number);
    }

    public void holding(long repositoryId, long objectId, int images) {
        jdbc.update(
                "update savings_holding set images = images + ? where repository_id = ? and object_id = ?",
                images,
                repositoryId,
                objectId);
    }

    public void object(long id, int links, int images, int repositories, long imageSum, long repositorySum) {
        jdbc.update(
                "update savings_object set links = links + ?, images = images + ?, repositories = repositories + ?,"
                        + " image_sum = image_sum + ?, repository_sum = repository_sum + ? where id = ?",
                links,
                images,
                repositories,
                imageSum,
                repositorySum,
                id);
    }

    public void stack(long id, int images, int ends, int children, long childrenSize) {
        jdbc.update(
                "update savings_stack set images = images + ?, ends = ends + ?, children = children + ?,"
                        + " children_size = children_size + ?,"
                        + " saved = case when images + ? > 1 then size * (images + ? - 1) else 0 end where id = ?",
                images,
                ends,
                children,
                childrenSize,
                images,
                images,
                id);
    }

    public void repository(long id, CountedRepository change) {
        jdbc.update(
                "update savings_repository set images = images + ?, tags = tags + ?, as_if_unshared = as_if_unshared + ?,"
                        + " full_size = full_size + ?, unique_size = unique_size + ?,"
                        + " shared_size = full_size + ? - unique_size - ? where id = ?",
                change.images(),
                change.tags(),
                change.asIfUnshared(),
                change.full(),
                change.unique(),
                change.full(),
                change.unique(),
                id);
    }
}
