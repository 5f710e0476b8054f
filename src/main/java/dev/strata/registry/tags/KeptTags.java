package dev.strata.registry.tags;

import dev.strata.access.rules.TagRules;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.manifests.ManifestTable;
import dev.strata.registry.manifests.ParentSearch;
import dev.strata.registry.manifests.ReferenceTable;
import dev.strata.registry.repositories.RepositoryTable;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Keeps immutable tags where they are. What is made again after a crash was allowed when it was made. */
@Component
public class KeptTags {

    private static final int TAGS_A_QUERY = 10_000;
    private static final int MOST_PARENTS = 1_000;

    private final TagRules rules;
    private final RepositoryTable repositories;
    private final ManifestTable manifests;
    private final ParentSearch search;
    private final TagTable tags;

    KeptTags(
            TagRules rules, RepositoryTable repositories, ManifestTable manifests, ParentSearch search, TagTable tags) {
        this.rules = rules;
        this.repositories = repositories;
        this.manifests = manifests;
        this.search = search;
        this.tags = tags;
    }

    /** @throws RegistryException TAG_IMMUTABLE where one of the tags may be neither moved nor deleted */
    public void requireNone(RepositoryName repository, Collection<Tag> names) {
        for (Tag tag : names) {
            rules.keeping(repository, tag).ifPresent(rule -> {
                throw new RegistryException(
                        Problem.TAG_IMMUTABLE,
                        "the tag " + tag + " is immutable",
                        Map.of("name", repository.value(), "tag", tag.name(), "rule", rule));
            });
        }
    }

    /**
     * Lets something be deleted: a blob, or a manifest with its tags. It must not be what an immutable tag points at, nor
     * a part of that.
     *
     * @throws RegistryException TAG_IMMUTABLE, also where very many manifests name it: then nobody looks at all of them
     */
    public void requireNoneOn(RepositoryName repository, Digest digest) {
        Optional<Long> repositoryId = rules.concern(repository) ? repositories.findId(repository) : Optional.empty();
        if (repositoryId.isEmpty()) {
            return;
        }
        manifests.find(repository, digest)
                .ifPresent(manifest -> requireNoneOf(repository, repositoryId.get(), manifest.id()));
        Deque<Digest> parts = new ArrayDeque<>(List.of(digest));
        Set<Long> seen = new HashSet<>();
        while (!parts.isEmpty()) {
            for (ReferenceTable.Parent parent : search.find(repositoryId.get(), parts.remove(), MOST_PARENTS + 1)) {
                if (seen.add(parent.id())) {
                    requireFew(repository, digest, seen.size());
                    requireNoneOf(repository, repositoryId.get(), parent.id());
                    parts.add(parent.digest());
                }
            }
        }
    }

    private static void requireFew(RepositoryName repository, Digest digest, int parents) {
        if (parents > MOST_PARENTS) {
            throw new RegistryException(
                    Problem.TAG_IMMUTABLE,
                    "more manifests name it than are looked at for immutable tags",
                    Map.of("name", repository.value(), "digest", digest.toString(), "limit", MOST_PARENTS));
        }
    }

    private void requireNoneOf(RepositoryName repository, long repositoryId, long manifestId) {
        String last = "";
        List<Tag> some;
        do {
            some = tags.someOf(repositoryId, manifestId, last, TAGS_A_QUERY);
            requireNone(repository, some);
            last = some.isEmpty() ? last : some.getLast().name();
        } while (some.size() == TAGS_A_QUERY);
    }
}
