package dev.strata.registry.tags;

import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.registry.repositories.Catalog;
import dev.strata.registry.repositories.RepositoryTable;
import dev.strata.registry.repositories.TagRevision;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** The tags of repositories, listed. They are set by pushing manifests. */
@Service
public class Tags {

    private final TagTable tags;
    private final RepositoryTable repositories;

    Tags(TagTable tags, RepositoryTable repositories) {
        this.tags = tags;
        this.repositories = repositories;
    }

    /**
     * The state of a repository's set of tags. While it is the same, so are all lists.
     *
     * @throws RegistryException NAME_UNKNOWN
     */
    public TagRevision revision(RepositoryName repository) {
        return repositories.tagRevision(repository).orElseThrow(() -> Catalog.nameUnknown(repository));
    }

    /**
     * The names of a repository's tags in lexical order: OCI Distribution Specification, "Listing Tags".
     *
     * @param last where the list goes on, exclusive; empty for its beginning
     * @param limit how many at the most
     */
    public List<String> list(TagRevision repository, String last, int limit) {
        return tags.namesAfter(repository.repositoryId(), last, limit);
    }

    /** The last name of a list of so many, if there are more names than that. */
    public Optional<String> endOfPage(TagRevision repository, String last, int limit) {
        return tags.endOfPage(repository.repositoryId(), last, limit);
    }
}
