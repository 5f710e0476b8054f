package dev.strata.savings.report;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What stacks are called: by the tags of the images that consist of just them. */
@Component
class StackNames {

    private final JdbcTemplate jdbc;

    StackNames(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Each as {@code repository:tag}. */
    List<String> of(long stackId, int limit) {
        return jdbc
                .query(
                        "select i.repository_id, i.manifest_id,"
                                + " (select r.name from repository r where r.id = i.repository_id) from savings_image i"
                                + " where i.stack_id = ? and i.tagged = ? order by i.stack_id, i.tagged, i.number limit ?",
                        (row, number) -> names(row.getLong(1), row.getLong(2), row.getString(3), limit),
                        stackId,
                        true,
                        limit)
                .stream()
                .flatMap(List::stream)
                .limit(limit)
                .toList();
    }

    private List<String> names(long repositoryId, long manifestId, String repository, int limit) {
        return jdbc.query(
                "select t.name from tag t where t.repository_id = ? and t.manifest_id = ? limit ?",
                (row, number) -> repository + ":" + row.getString(1),
                repositoryId,
                manifestId,
                limit);
    }
}
