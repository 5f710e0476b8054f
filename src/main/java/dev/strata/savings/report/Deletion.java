package dev.strata.savings.report;

import dev.strata.memory.MemoryBudget.Share;
import dev.strata.memory.MemoryBudget;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.CountedRepository;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.lists.RepositoryList;
import java.util.Arrays;
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
    /** As many tags can be asked for at once. */
    public static final int MOST_TAGS = 10_000;
    private static final int MOST_OBJECTS = 1_000_000;
    private static final int OBJECTS_A_QUERY = 1_000;
    /** What a tag and its image take in memory, more or less. */
    private static final int BYTES_A_TAG = 1_000;

    private final JdbcTemplate jdbc;
    private final RepositoryList repositories;
    private final Bookshelf tables;
    private final MemoryBudget memory;

    Deletion(JdbcTemplate jdbc, RepositoryList repositories, Bookshelf tables, MemoryBudget memory) {
        this.jdbc = jdbc;
        this.repositories = repositories;
        this.tables = tables;
        this.memory = memory;
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
     *     is too much to be counted, CONTENDED where others take the memory that it needs
     */
    public Freed freed(Wish wish) {
        int tagCount = wish.tags().values().stream().mapToInt(Set::size).sum();
        require("repositories", wish.repositories().size() + wish.tags().size(), MOST_REPOSITORIES);
        require("tags", tagCount, MOST_TAGS);
        try (Share share = memory.take((long) tagCount * BYTES_A_TAG, "reports")) {
            Going going = new Going(share);
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
        long last = 0;
        List<Held> found;
        do {
            found = jdbc.query(
                    "select h.object_id, h.images from savings_holding h where h.repository_id = ? and h.object_id > ?"
                            + " order by h.repository_id, h.object_id limit ?",
                    (row, number) -> new Held(row.getLong(1), row.getInt(2)),
                    repository.id(),
                    last,
                    OBJECTS_A_QUERY);
            // Not while it is read: whoever waits for memory must not have a connection meanwhile.
            found.forEach(held -> going.add(held.object(), held.images()));
            last = found.isEmpty() ? last : found.getLast().object();
        } while (found.size() == OBJECTS_A_QUERY);
    }

    /** Of how many images of a repository an object is a part. */
    private record Held(long object, int images) {}

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
        tagsOfImages.forEach((manifestId, count) -> books.findImage(new CountedImage.Key(repositoryId, manifestId))
                .filter(image -> image.tags() == count)
                .ifPresent(image -> addParts(image, going)));
    }

    private void addParts(CountedImage image, Going going) {
        going.images++;
        List<Long> page = tables.parts().of(image.number(), 0, OBJECTS_A_QUERY);
        while (!page.isEmpty()) {
            page.forEach(part -> going.add(part, 1));
            page = page.size() < OBJECTS_A_QUERY
                    ? List.of()
                    : tables.parts().of(image.number(), page.getLast(), OBJECTS_A_QUERY);
        }
    }

    private Freed count(Going going) {
        long[] ids = going.objects.objects();
        long freed = 0;
        long manifests = 0;
        long blobs = 0;
        for (int i = 0; i < ids.length; i += OBJECTS_A_QUERY) {
            List<Long> some = Arrays.stream(ids, i, Math.min(ids.length, i + OBJECTS_A_QUERY))
                    .boxed()
                    .toList();
            for (CountedObject object : tables.objects().find(some).values()) {
                if (object.images() > 0 && object.images() == going.objects.of(object.id())) {
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

        private final ObjectCounts objects;
        private long images;

        Going(Share memory) {
            this.objects = new ObjectCounts(memory);
        }

        void add(long object, int count) {
            objects.add(object, count);
            require("objects", objects.size(), MOST_OBJECTS);
        }
    }
}
