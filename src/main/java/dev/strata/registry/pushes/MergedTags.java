package dev.strata.registry.pushes;

import dev.strata.access.rights.Glob;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Tag;
import dev.strata.registry.MergeProperties;
import dev.strata.registry.changes.ManifestPush;
import dev.strata.registry.events.CacheExported;
import dev.strata.registry.manifests.ManifestLinkTable;
import dev.strata.registry.tags.KeptTags;
import dev.strata.registry.tags.PointedTag;
import dev.strata.registry.tags.TagTable;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Tags under which builders export their caches. A push does not take such a tag from what others exported: whoever adds the
 * caches up moves it some time later.
 */
@Component
class MergedTags {

    private final List<Glob> patterns;
    private final TagTable tags;
    private final ManifestLinkTable links;
    private final KeptTags kept;
    private final ApplicationEventPublisher events;

    MergedTags(
            MergeProperties properties,
            TagTable tags,
            ManifestLinkTable links,
            KeptTags kept,
            ApplicationEventPublisher events) {
        this.patterns = properties.mergeTags().stream().map(Glob::of).toList();
        this.tags = tags;
        this.links = links;
        this.kept = kept;
        this.events = events;
    }

    /** Under which of its tags a push is added to what is there. */
    List<Tag> of(ManifestPush push, Manifest manifest) {
        return push.pusher().addsToCaches()
                        && push.digest().algorithm() == DigestAlgorithm.SHA256
                        && manifest.cacheConfig().isPresent()
                ? push.tags().stream().filter(this::isMerged).sorted().distinct().toList()
                : List.of();
    }

    private boolean isMerged(Tag tag) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(tag.name()));
    }

    /**
     * Tells of an export in the transaction that pushes it, and returns the tags that are set to it.
     *
     * @param again whether it was allowed before
     */
    List<Tag> moved(ManifestPush push, Manifest manifest, long repositoryId, boolean again) {
        List<Tag> merged = of(push, manifest);
        List<Tag> staying =
                merged.stream().filter(tag -> pointsAtCache(repositoryId, tag)).toList();
        if (!again) {
            kept.requireNone(push.repository(), staying);
        }
        merged.forEach(tag -> events.publishEvent(new CacheExported(push.repository(), tag, push.digest())));
        return push.tags().stream().filter(tag -> !staying.contains(tag)).toList();
    }

    private boolean pointsAtCache(long repositoryId, Tag tag) {
        Optional<PointedTag> pointed = tags.lock(repositoryId, tag);
        return pointed.flatMap(at -> links.artifactType(repositoryId, at.manifestId()))
                .filter(MediaType.BUILDKIT_CACHE::equals)
                .isPresent();
    }
}
