package dev.strata.savings.report;

import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.savings.books.ImageParts;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.ledger.CountedImage;
import dev.strata.savings.ledger.CountedObject;
import dev.strata.savings.ledger.CountedRepository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** What a deletion would free, exactly, without deleting anything. */
@Service
public class Deletion {

    private static final int MOST_REPOSITORIES = 100;
    private static final int MOST_TAGS = 10_000;
    private static final int MOST_OBJECTS = 1_000_000;
    private static final int OBJECTS_A_QUERY = 1_000;

    private final JdbcTemplate jdbc;
    private final RepositoryList repositories;
    private final Bookshelf tables;

    Deletion(JdbcTemplate jdbc, RepositoryList repositories, Bookshelf tables) {
        this.jdbc = jdbc;
        this.repositories = repositories;
        this.tables = tables;
    }

    /**
     * What would be deleted at once.
     *
     * @param repositories all of their images
     * @param tags of other repositories
     */
    public record Wish(Set<RepositoryName> repositories, Map<RepositoryName, Set<Tag>> tags) {}

    /**
     * What would wait to be collected then, and does not now.
     *
     * @param freed in bytes
     * @param images how many images would go
     */
    public record Freed(long freed, long blobs, long manifests, long images) {}

    /**
     * Counts it.
     *
     * @throws RegistryException NAME_UNKNOWN, MANIFEST_UNKNOWN for a tag that is not there, PARAMETER_INVALID where it
     *     is too much to be counted
     */
    public Freed freed(Wish wish) {
        require("repositories", wish.repositories().size() + wish.tags().size(), MOST_REPOSITORIES);
        require("tags", wish.tags().values().stream().mapToInt(Set::size).sum(), MOST_TAGS);
        Going going = new Going();
        for (RepositoryName name : wish.repositories()) {
            addRepository(repositories.row(name), going);
        }
        wish.tags().forEach((name, tags) -> {
            if (!wish.repositories().contains(name)) {
                addTags(name, tags, going);
            }
        });
        return count(going);
    }

    private static void require(String what, int count, int most) {
        if (count > most) {
            throw new RegistryException(
                    Problem.PARAMETER_INVALID,
                    "this can be counted for " + most + " " + what + " at once",
                    Map.of(what, count));
        }
    }

    private void addRepository(CountedRepository repository, Going going) {
        going.images += repository.images();
        jdbc.query(
                "select object_id, images from savings_holding where repository_id = ? limit ?",
                row -> {
                    going.add(row.getLong(1), row.getInt(2));
                },
                repository.id(),
                MOST_OBJECTS + 1);
    }

    private void addTags(RepositoryName name, Set<Tag> tags, Going going) {
        long repositoryId = repositories.row(name).id();
        Map<Long, Integer> tagsOfImages = new HashMap<>();
        for (Tag tag : tags) {
            List<Long> manifests = jdbc.queryForList(
                    "select manifest_id from tag where repository_id = ? and name = ?", Long.class, repositoryId, tag.name());
            if (manifests.isEmpty()) {
                throw new RegistryException(
                        Problem.MANIFEST_UNKNOWN,
                        "the repository has no such tag",
                        Map.of("name", name.value(), "tag", tag.name()));
            }
            tagsOfImages.merge(manifests.getFirst(), 1, Integer::sum);
        }
        Books books = tables.open();
        ImageParts parts = new ImageParts(books, tables.references());
        tagsOfImages.forEach((manifestId, count) -> books.findImage(new CountedImage.Key(repositoryId, manifestId))
                .filter(image -> image.tags() == count)
                .ifPresent(image -> {
                    going.images++;
                    parts.of(image).forEach(part -> going.add(part, 1));
                }));
    }

    private Freed count(Going going) {
        List<Long> ids = new ArrayList<>(going.objects.keySet());
        long freed = 0;
        long manifests = 0;
        long blobs = 0;
        for (int i = 0; i < ids.size(); i += OBJECTS_A_QUERY) {
            List<Long> some = ids.subList(i, Math.min(ids.size(), i + OBJECTS_A_QUERY));
            for (CountedObject object : tables.objects().find(some).values()) {
                if (object.images() > 0 && object.images() == going.objects.getOrDefault(object.id(), 0)) {
                    freed += object.size();
                    manifests += CountedObject.isManifest(object.id()) ? 1 : 0;
                    blobs += CountedObject.isManifest(object.id()) ? 0 : 1;
                }
            }
        }
        return new Freed(freed, blobs, manifests, going.images);
    }

    /** Of how many images that go each object is a part. */
    private static final class Going {

        private final Map<Long, Integer> objects = new HashMap<>();
        private long images;

        void add(long object, int count) {
            objects.merge(object, count, Integer::sum);
            require("objects", objects.size(), MOST_OBJECTS);
        }
    }
}
