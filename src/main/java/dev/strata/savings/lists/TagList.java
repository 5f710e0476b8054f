package dev.strata.savings.lists;

import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.ledger.CountedImages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** The tags of a repository, with the figures of their images. */
@Service
public class TagList {

    /** How many images a page of a search by a figure looks at: each costs a query. */
    private static final int MOST_IMAGES = 1_000;

    /** In bytes, of the names of one image, which are sorted before those of a page are taken. */
    private static final long BYTES_A_NAME = 300;

    private static final String NOT_LAST = "";

    /** What a list of tags is sorted by. */
    public enum Sort {
        NAME("name", image -> 0),
        FULL("full_size", CountedImage::full),
        UNIQUE("unique_size", CountedImage::unique),
        SHARED("shared_size", CountedImage::shared),
        FREED("freed", CountedImage::freed);

        private final String column;
        private final ToLongFunction<CountedImage> figure;

        Sort(String column, ToLongFunction<CountedImage> figure) {
            this.column = column;
            this.figure = figure;
        }
    }

    private static final String COLUMNS = CountedImages.COLUMNS
            + ", (select m.digest from manifest m where m.id = i.manifest_id),"
            + " (select s.depth from savings_stack s where s.id = i.stack_id)";

    private record Tagged(CountedImage image, Digest digest, int layers) {}

    private record Tag(String name, long manifestId, OffsetDateTime updatedAt) {

        static Tag read(ResultSet row, int number) throws SQLException {
            return new Tag(row.getString(1), row.getLong(2), row.getObject(3, OffsetDateTime.class));
        }
    }

    private final JdbcTemplate jdbc;
    private final RepositoryList repositories;
    private final MemoryBudget memory;

    TagList(JdbcTemplate jdbc, RepositoryList repositories, MemoryBudget memory) {
        this.jdbc = jdbc;
        this.repositories = repositories;
        this.memory = memory;
    }

    /**
     * A part of the list.
     *
     * @throws RegistryException NAME_UNKNOWN
     */
    public Page<TagSavings> list(RepositoryName repository, ListRequest<Sort> request) {
        long repositoryId = repositories.row(repository).id();
        return request.sort() == Sort.NAME ? byName(repositoryId, request) : byFigure(repositoryId, request);
    }

    private Page<TagSavings> byName(long repositoryId, ListRequest<Sort> request) {
        int looks = request.search().isEmpty() ? request.limit() + 1 : ListRequest.MOST_NAMES;
        List<Object> parameters = new ArrayList<>(List.of(repositoryId));
        request.after().ifPresent(after -> parameters.add(after.name()));
        parameters.add(looks);
        List<Tag> tags = jdbc.query(
                "select t.name, t.manifest_id, t.updated_at from tag t where t.repository_id = ?"
                        + (request.after().isPresent() ? " and t.name " + request.comparison() + " ?" : "")
                        + " order by t.repository_id " + request.direction() + ", t.name " + request.direction()
                        + " limit ?",
                Tag::read,
                parameters.toArray());
        List<TagSavings> page = new ArrayList<>();
        String last = NOT_LAST;
        for (Tag tag : tags) {
            if (page.size() == request.limit()) {
                return new Page<>(page, Optional.of(new PageToken(0, 0, last)));
            }
            if (request.isFound(tag.name())) {
                // One that is noted and not counted yet comes with the next look.
                image(repositoryId, tag.manifestId()).ifPresent(tagged -> page.add(savings(tagged, tag)));
            }
            last = tag.name();
        }
        return new Page<>(page, tags.size() < looks ? Optional.empty() : Optional.of(new PageToken(0, 0, last)));
    }

    private Optional<Tagged> image(long repositoryId, long manifestId) {
        return jdbc.query(
                        "select " + COLUMNS + " from savings_image i where i.repository_id = ? and i.manifest_id = ?",
                        TagList::tagged,
                        repositoryId,
                        manifestId)
                .stream()
                .findFirst();
    }

    private static Tagged tagged(ResultSet row, int number) throws SQLException {
        return new Tagged(CountedImages.read(row), Digest.ofBytes(row.getBytes(10)), row.getInt(11));
    }

    /** Image by image, because an image can have as many tags as a repository. */
    private Page<TagSavings> byFigure(long repositoryId, ListRequest<Sort> request) {
        int looks = request.search().isEmpty() ? request.limit() + 1 : MOST_IMAGES;
        int names = request.search().isEmpty() ? request.limit() + 1 : ListRequest.MOST_NAMES;
        List<Tagged> images = images(repositoryId, request, looks);
        List<TagSavings> page = new ArrayList<>();
        Optional<PageToken> last = request.after();
        for (Tagged tagged : images) {
            long number = tagged.image().number();
            Optional<String> after = last.filter(token -> token.number() == number).map(PageToken::name);
            for (Tag tag : tags(tagged.image(), request, after, names)) {
                if (page.size() == request.limit()) {
                    return new Page<>(page, last);
                }
                if (request.isFound(tag.name())) {
                    page.add(savings(tagged, tag));
                }
                last = Optional.of(new PageToken(request.sort().figure.applyAsLong(tagged.image()), number, tag.name()));
                names--;
            }
            if (names == 0) {
                return new Page<>(page, last);
            }
        }
        return new Page<>(page, images.size() < looks ? Optional.empty() : last);
    }

    /** From the image on at which the page before ended: it may have more tags. */
    private List<Tagged> images(long repositoryId, ListRequest<Sort> request, int looks) {
        String column = "i." + request.sort().column;
        String direction = request.direction();
        List<Object> parameters = new ArrayList<>(List.of(repositoryId, true));
        request.after().ifPresent(after -> parameters.addAll(List.of(after.figure(), after.number())));
        parameters.add(looks);
        return jdbc.query(
                "select " + COLUMNS + " from savings_image i where i.repository_id = ? and i.tagged = ?"
                        + (request.after().isPresent()
                                ? " and (" + column + ", i.number) " + request.comparison() + "= (?, ?)"
                                : "")
                        + " order by i.repository_id " + direction + ", i.tagged " + direction + ", " + column + " "
                        + direction + ", i.number " + direction + " limit ?",
                TagList::tagged,
                parameters.toArray());
    }

    /** Some of the tags of an image behind a name, in their order. */
    private List<Tag> tags(CountedImage image, ListRequest<Sort> request, Optional<String> after, int limit) {
        if (image.tags() > ListRequest.MOST_NAMES) {
            return some(image, request, after, limit);
        }
        try (Share _ = memory.take(image.tags() * BYTES_A_NAME, "reports")) {
            return all(image, request, after, limit);
        }
    }

    /** Where nearly all tags of the repository may be of this image, they are read in their order. */
    private List<Tag> some(CountedImage image, ListRequest<Sort> request, Optional<String> after, int limit) {
        String direction = request.direction();
        List<Object> parameters = new ArrayList<>(List.of(image.key().repositoryId(), image.key().manifestId()));
        after.ifPresent(parameters::add);
        parameters.add(limit);
        return jdbc.query(
                "select t.name, t.manifest_id, t.updated_at from tag t where t.repository_id = ? and t.manifest_id = ?"
                        + (after.isPresent() ? " and t.name " + request.comparison() + " ?" : "")
                        + " order by t.repository_id " + direction + ", t.name " + direction + " limit ?",
                Tag::read,
                parameters.toArray());
    }

    private List<Tag> all(CountedImage image, ListRequest<Sort> request, Optional<String> after, int limit) {
        Comparator<Tag> byName = Comparator.comparing(Tag::name);
        return jdbc
                .query(
                        "select t.name, t.manifest_id, t.updated_at from tag t"
                                + " where t.repository_id = ? and t.manifest_id = ? limit ?",
                        Tag::read,
                        image.key().repositoryId(),
                        image.key().manifestId(),
                        ListRequest.MOST_NAMES + 1)
                .stream()
                .sorted(request.descending() ? byName.reversed() : byName)
                .filter(tag -> after.isEmpty() || (request.descending() ? -1 : 1) * tag.name().compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    private static TagSavings savings(Tagged tagged, Tag tag) {
        CountedImage image = tagged.image();
        return new TagSavings(
                tag.name(),
                tagged.digest(),
                TagSavings.Kind.of(image.form()),
                tagged.layers(),
                image.tags(),
                tag.updatedAt().toInstant(),
                image.full(),
                image.unique(),
                image.shared(),
                image.freed());
    }
}
