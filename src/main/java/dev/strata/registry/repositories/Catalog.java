package dev.strata.registry.repositories;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The registry's repositories. */
@Service
public class Catalog {

    private static final int MOST_PLACES = 10_000;
    /** Longer than a client takes to ask for the next page; without it, some names are looked at once more. */
    private static final Duration REMEMBERED = Duration.ofMinutes(5);

    private final RepositoryTable repositories;
    private final Cache<Gap, String> places =
            Caffeine.newBuilder().maximumSize(MOST_PLACES).expireAfterWrite(REMEMBERED).build();

    /** Behind a name, where somebody may read none of the next ones. */
    private record Gap(String reader, String after) {}

    Catalog(RepositoryTable repositories) {
        this.repositories = repositories;
    }

    /** The id of a repository, which stays until the running transaction ends, or comes into being with it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public long lockOrCreate(RepositoryName name) {
        return repositories.lockOrCreate(name);
    }

    /**
     * A part of the catalog. What has nothing but what was deleted and can be taken back is not in it.
     *
     * @param hasMore whether others may follow, also where there are fewer names than were asked for
     * @param isUnfinished whether the names between the last one and the next were not all looked at
     */
    public record Page(List<RepositoryName> names, boolean hasMore, boolean isUnfinished) {}

    /** Has a repository stay until the running transaction ends, and says whether it is there. */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean lock(long repositoryId) {
        return repositories.lock(repositoryId);
    }

    /**
     * The names of the repositories that somebody may read, in lexical order. Only those are looked at that lie in the
     * spans of their names, and so many at the most. Where that is not enough for a page, the next one goes on there:
     * the place is remembered here, since its name is nobody's to see.
     *
     * @param last where the list goes on, exclusive
     * @param size how many at the most
     * @param reader stands for who that is
     * @param goesOn whether the page before was unfinished
     */
    public Page page(
            Optional<RepositoryName> last, int size, ReadableRepositories readable, String reader, boolean goesOn) {
        String after = last.map(RepositoryName::value).orElse("");
        Optional<String> place = goesOn ? Optional.ofNullable(places.getIfPresent(new Gap(reader, after))) : Optional.empty();
        CatalogScan scan = new CatalogScan(repositories, readable, place.orElse(after), size + 1);
        scan.over(readable.spans());
        List<RepositoryName> names = List.copyOf(scan.found().subList(0, Math.min(size, scan.found().size())));
        boolean isUnfinished = scan.isTired();
        if (isUnfinished) {
            places.put(new Gap(reader, names.isEmpty() ? after : names.getLast().value()), scan.place());
        }
        return new Page(names, isUnfinished || scan.found().size() > size, isUnfinished);
    }

    /** Says that there is no such repository. */
    public static RegistryException nameUnknown(RepositoryName repository) {
        return new RegistryException(
                Problem.NAME_UNKNOWN, "there is no such repository", Map.of("name", repository.value()));
    }
}
