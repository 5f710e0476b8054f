package dev.strata.savings.report;

import dev.strata.access.rights.ReadableRepositories;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What stacks are called: by the tags of the images that consist of just them. */
@Component
class StackNames {

    private static final int LOOKS_A_NAME = 20;

    private final JdbcTemplate jdbc;

    StackNames(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** How many rows are looked at for so many names: most may be of repositories that may not be named. */
    static int looks(int limit, ReadableRepositories readable) {
        return readable.areAll() ? limit : limit * LOOKS_A_NAME;
    }

    /**
     * Each as {@code repository:tag}.
     *
     * @param readable the repositories that may be named
     */
    List<String> of(long stackId, int limit, ReadableRepositories readable) {
        return jdbc
                .query(
                        "select i.repository_id, i.manifest_id,"
                                + " (select r.name from repository r where r.id = i.repository_id) from savings_image i"
                                + " where i.stack_id = ? and i.tagged = ? order by i.stack_id, i.tagged, i.number limit ?",
                        (row, number) -> readable.include(row.getString(3))
                                ? names(row.getLong(1), row.getLong(2), row.getString(3), limit)
                                : List.<String>of(),
                        stackId,
                        true,
                        looks(limit, readable))
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
