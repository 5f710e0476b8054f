package dev.strata.registry;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.RepositoryName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The registry's repositories. */
@Service
public class Catalog {

    private static final int PIECE = 1_000;

    private final RepositoryTable repositories;

    Catalog(RepositoryTable repositories) {
        this.repositories = repositories;
    }

    /** The id of a repository, within the running transaction; it comes into being with it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public long findOrCreate(RepositoryName name) {
        return repositories.findOrCreate(name);
    }

    /**
     * The names of the repositories in lexical order.
     *
     * @param last where the list goes on, exclusive
     * @param limit how many at the most
     */
    public List<RepositoryName> list(Optional<RepositoryName> last, int limit) {
        return last.isPresent() ? repositories.listAfter(last.get(), limit) : repositories.list(limit);
    }

    /**
     * The names of the repositories that somebody may read, in lexical order. Only those are looked at that lie in the
     * spans of their names, a piece at a time.
     *
     * @param last where the list goes on, exclusive
     * @param limit how many at the most
     */
    public List<RepositoryName> list(Optional<RepositoryName> last, int limit, ReadableRepositories readable) {
        if (readable.areAll()) {
            return list(last, limit);
        }
        String after = last.map(RepositoryName::value).orElse("");
        List<RepositoryName> found = new ArrayList<>();
        for (ReadableRepositories.Span span : readable.spans()) {
            if (found.size() >= limit) {
                break;
            }
            switch (span) {
                case ReadableRepositories.Span.Names(var names) -> {
                    List<String> left = names.stream().filter(name -> name.compareTo(after) > 0).toList();
                    List<RepositoryName> present = left.isEmpty() ? List.of() : repositories.present(left);
                    present.stream().filter(name -> readable.include(name.value())).forEach(found::add);
                }
                case ReadableRepositories.Span.Under(var start) -> addUnder(start, after, limit, readable, found);
            }
        }
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    private void addUnder(
            String start, String after, int limit, ReadableRepositories readable, List<RepositoryName> found) {
        String last = after;
        boolean hasMore = true;
        while (hasMore && found.size() < limit) {
            List<RepositoryName> piece = repositories.listUnder(start, last, PIECE);
            piece.stream().filter(name -> readable.include(name.value())).forEach(found::add);
            hasMore = piece.size() == PIECE;
            last = piece.isEmpty() ? last : piece.getLast().value();
        }
    }
}
