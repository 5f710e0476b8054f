package dev.strata.registry;

import dev.strata.oci.RepositoryName;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The registry's repositories. */
@Service
public class Catalog {

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
}
