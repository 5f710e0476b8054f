package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;

/** The registry's repositories. */
@Service
public class Catalog {

    private final RepositoryTable repositories;

    Catalog(RepositoryTable repositories) {
        this.repositories = repositories;
    }

    /**
     * The names of the repositories in lexical order.
     *
     * @param last where the list goes on, exclusive
     * @param limit how many at the most
     */
    public List<RepositoryName> list(Optional<RepositoryName> last, int limit) {
        List<RepositoryRow> found = last.isPresent()
                ? repositories.listAfter(last.get(), Limit.of(limit))
                : repositories.list(Limit.of(limit));
        return found.stream().map(row -> row.name).toList();
    }
}
