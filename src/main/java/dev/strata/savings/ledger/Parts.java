package dev.strata.savings.ledger;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which objects are parts of which images. */
@Component
public class Parts implements RowCache.Table<Parts.Part, Parts.Part> {

    /** An object that is a part of the image with this number. */
    record Part(long repositoryId, long objectId, long imageNumber) {}

    private final JdbcTemplate jdbc;

    Parts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Map<Part, Part> find(Collection<Part> parts) {
        Map<Part, Part> found = new HashMap<>();
        // By way of the objects or images: H2 uses an index for a list of values in the first of its columns only.
        if (parts.stream().map(Part::imageNumber).distinct().count() == 1) {
            Part first = parts.iterator().next();
            jdbc.queryForList(
                            "select o.id from savings_object o where o.id = any(?) and exists (select 1 from savings_part p"
                                    + " where p.repository_id = ? and p.object_id = o.id and p.image_number = ?)",
                            Long.class,
                            SqlArrays.array(parts.stream().map(Part::objectId).toList()),
                            first.repositoryId(),
                            first.imageNumber())
                    .stream()
                    .map(object -> new Part(first.repositoryId(), object, first.imageNumber()))
                    .forEach(part -> found.put(part, part));
            return found;
        }
        parts.stream()
                .collect(Collectors.groupingBy(part -> List.of(part.repositoryId(), part.objectId())))
                .forEach((object, some) -> jdbc.queryForList(
                                "select i.number from savings_image i where i.number = any(?) and exists (select 1"
                                        + " from savings_part p where p.repository_id = ? and p.object_id = ?"
                                        + " and p.image_number = i.number)",
                                Long.class,
                                SqlArrays.array(some.stream().map(Part::imageNumber).toList()),
                                object.get(0),
                                object.get(1))
                        .stream()
                        .map(number -> new Part(object.get(0), object.get(1), number))
                        .forEach(part -> found.put(part, part)));
        return found;
    }

    /** Some of the parts of an image, behind an object; in the order of the objects. */
    public List<Long> of(long imageNumber, long afterObject, int limit) {
        return jdbc.queryForList(
                "select p.object_id from savings_part p where p.image_number = ? and p.object_id > ?"
                        + " order by p.image_number, p.object_id limit ?",
                Long.class,
                imageNumber,
                afterObject,
                limit);
    }

    /** The numbers of some images of a repository that an object is a part of. */
    public List<Long> imagesWith(long repositoryId, long objectId, int limit) {
        return jdbc.queryForList(
                "select p.image_number from savings_part p where p.repository_id = ? and p.object_id = ?"
                        + " order by p.repository_id, p.object_id, p.image_number limit ?",
                Long.class,
                repositoryId,
                objectId,
                limit);
    }

    @Override
    public void insert(List<Part> parts) {
        jdbc.batchUpdate(
                "insert into savings_part (repository_id, object_id, image_number) values (?, ?, ?)", values(parts));
    }

    /** There is nothing about a part that could change. */
    @Override
    public void update(List<Part> parts) {
        throw new IllegalStateException("Parts are added and removed, and never changed: " + parts.size());
    }

    @Override
    public void delete(List<Part> parts) {
        jdbc.batchUpdate(
                "delete from savings_part where repository_id = ? and object_id = ? and image_number = ?", values(parts));
    }

    private static List<Object[]> values(List<Part> parts) {
        return parts.stream()
                .map(part -> new Object[] {part.repositoryId(), part.objectId(), part.imageNumber()})
                .toList();
    }
}
