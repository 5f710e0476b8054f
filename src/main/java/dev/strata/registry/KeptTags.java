package dev.strata.registry;

import dev.strata.access.TagRules;
import dev.strata.oci.Digest;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Keeps immutable tags where they are. What is made again after a crash was allowed when it was made. */
@Component
class KeptTags {

    private static final int TAGS_A_QUERY = 10_000;

    private final TagRules rules;
    private final RepositoryTable repositories;
    private final ManifestTable manifests;
    private final TagTable tags;

    KeptTags(TagRules rules, RepositoryTable repositories, ManifestTable manifests, TagTable tags) {
        this.rules = rules;
        this.repositories = repositories;
        this.manifests = manifests;
        this.tags = tags;
    }

    /** @throws RegistryException TAG_IMMUTABLE where one of the tags may be neither moved nor deleted */
    void requireNone(RepositoryName repository, Collection<Tag> names) {
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
     * Lets a manifest be deleted that takes its tags with it, before the first of them goes.
     *
     * @throws RegistryException TAG_IMMUTABLE
     */
    void requireNoneOf(RepositoryName repository, Digest digest) {
        if (!rules.concern(repository)) {
            return;
        }
        var repositoryId = repositories.findId(repository);
        var manifest = manifests.find(repository, digest);
        if (repositoryId.isEmpty() || manifest.isEmpty()) {
            return;
        }
        String last = "";
        List<Tag> some;
        do {
            some = tags.someOf(repositoryId.get(), manifest.get().id(), last, TAGS_A_QUERY);
            requireNone(repository, some);
            last = some.isEmpty() ? last : some.getLast().name();
        } while (some.size() == TAGS_A_QUERY);
    }
}
