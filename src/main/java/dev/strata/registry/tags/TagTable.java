package dev.strata.registry.tags;

import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Tag;
import dev.strata.registry.Rows;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The statements on tags. */
@Component
public class TagTable {

    private final Rows rows;
    private final JdbcTemplate jdbc;

    TagTable(Rows rows, JdbcTemplate jdbc) {
        this.rows = rows;
        this.jdbc = jdbc;
    }

    List<String> namesAfter(long repositoryId, String last, int limit) {
        return rows.list(
                row -> row.getString(1),
                "select name from tag where repository_id = ? and name > ?"
                        + " order by repository_id, name fetch first ? rows only",
                repositoryId,
                last,
                limit);
    }

    /** The last name of a page of so many, if there are more names than that. */
    Optional<String> endOfPage(long repositoryId, String last, int limit) {
        List<String> around = rows.list(
                row -> row.getString(1),
                "select name from tag where repository_id = ? and name > ?"
                        + " order by repository_id, name offset ? rows fetch next 2 rows only",
                repositoryId,
                last,
                limit - 1);
        return around.size() == 2 ? Optional.of(around.getFirst()) : Optional.empty();
    }

    /** Takes a tag's lock, and returns where it points. */
    public Optional<PointedTag> lock(long repositoryId, Tag tag) {
        return rows.find(
                row -> new PointedTag(tag, row.getLong(1), ColumnTime.read(row, 2)),
                "select manifest_id, updated_at from tag where repository_id = ? and name = ? for update",
                repositoryId,
                tag.name());
    }

    /** Some of a manifest's tags behind a name, in their order. */
    List<Tag> someOf(long repositoryId, long manifestId, String last, int limit) {
        return rows.list(
                row -> Tag.of(row.getString(1)),
                "select name from tag where repository_id = ? and manifest_id = ? and name > ?"
                        + " order by repository_id, manifest_id, name fetch first ? rows only",
                repositoryId,
                manifestId,
                last,
                limit);
    }

    /**
     * Takes the locks of those tags that there are, and returns where they point. One by one: for a list of
     * names H2 reads all tags of the repository.
     */
    public Map<Tag, PointedTag> lock(long repositoryId, List<Tag> sorted) {
        Map<Tag, PointedTag> there = new TreeMap<>();
        sorted.forEach(tag -> lock(repositoryId, tag).ifPresent(pointed -> there.put(tag, pointed)));
        return there;
    }

    /** Takes the locks of some of a manifest's tags, in the order in which everyone takes them. */
    public List<PointedTag> lockSomeOf(long repositoryId, long manifestId, int limit) {
        return rows.list(
                row -> new PointedTag(Tag.of(row.getString(1)), manifestId, ColumnTime.read(row, 2)),
                "select name, updated_at from tag where repository_id = ? and manifest_id = ?"
                        + " order by name fetch first ? rows only for update",
                repositoryId,
                manifestId,
                limit);
    }

    /** The first of a manifest's tags. */
    List<Tag> someOf(long repositoryId, long manifestId, int limit) {
        return rows.list(
                row -> Tag.of(row.getString(1)),
                "select name from tag where repository_id = ? and manifest_id = ? order by name fetch first ? rows only",
                repositoryId,
                manifestId,
                limit);
    }

    /** Inserts tags, and returns those that there were already. */
    List<Tag> insert(long repositoryId, List<Tag> tags, long manifestId, Instant now) {
        int[] inserted = jdbc.batchUpdate(
                "insert into tag (repository_id, name, manifest_id, updated_at) values (?, ?, ?, ?)"
                        + " on conflict do nothing",
                tags.stream()
                        .map(tag -> new Object[] {repositoryId, tag.name(), manifestId, ColumnTime.at(now)})
                        .toList());
        return IntStream.range(0, inserted.length)
                .filter(i -> inserted[i] == 0)
                .mapToObj(tags::get)
                .toList();
    }

    /** Points tags at another manifest. */
    void move(long repositoryId, List<Tag> tags, long manifestId, Instant now) {
        jdbc.batchUpdate(
                "update tag set manifest_id = ?, updated_at = ? where repository_id = ? and name = ?",
                tags.stream()
                        .map(tag -> new Object[] {manifestId, ColumnTime.at(now), repositoryId, tag.name()})
                        .toList());
    }

    public void delete(long repositoryId, List<Tag> tags) {
        jdbc.batchUpdate(
                "delete from tag where repository_id = ? and name = ?",
                tags.stream().map(tag -> new Object[] {repositoryId, tag.name()}).toList());
    }
}
