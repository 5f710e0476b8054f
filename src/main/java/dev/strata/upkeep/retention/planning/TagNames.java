package dev.strata.upkeep.retention.planning;

import dev.strata.access.rights.Glob;
import dev.strata.access.rules.TagRules;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.jdbc.core.JdbcTemplate;

/** An image's tags. There can be very many, so only the first of them are kept in memory. */
final class TagNames {

    private static final int AT_ONCE = 500;

    private static final int SOME = 5;

    private final JdbcTemplate jdbc;
    private final PlannedImage image;
    private final List<String> first;

    TagNames(JdbcTemplate jdbc, PlannedImage image) {
        this.jdbc = jdbc;
        this.image = image;
        this.first = page("");
    }

    private List<String> page(String last) {
        return jdbc.queryForList(
                "select name from tag where repository_id = ? and manifest_id = ? and name > ? order by name limit ?",
                String.class,
                image.repositoryId(),
                image.manifestId(),
                last,
                AT_ONCE);
    }

    boolean isEmpty() {
        return first.isEmpty();
    }

    List<String> some() {
        return first.stream().limit(SOME).toList();
    }

    boolean any(List<Glob> patterns) {
        return any(name -> matches(patterns, name));
    }

    /** There are tags, and all of them match. */
    boolean all(List<Glob> patterns) {
        return !isEmpty() && !any(name -> !matches(patterns, name));
    }

    boolean anyIsImmutable(TagRules rules, RepositoryName repository) {
        return rules.concern(repository) && any(name -> rules.keeping(repository, Tag.of(name)).isPresent());
    }

    private static boolean matches(List<Glob> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }

    private boolean any(Predicate<String> wanted) {
        List<String> page = first;
        while (page.stream().noneMatch(wanted)) {
            if (page.size() < AT_ONCE) {
                return false;
            }
            page = page(page.getLast());
        }
        return true;
    }
}
