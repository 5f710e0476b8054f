package dev.strata.registry.tags;

import dev.strata.oci.Digest;
import dev.strata.oci.Tag;
import dev.strata.registry.manifests.ManifestLinkTable;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Tags that are made of a manifest's digest. Cosign keeps signatures under them, and other clients what they noted of a
 * manifest's referrers. Such a tag says what its manifest is about, and is no name of its own.
 */
@Component
public class DigestTags {

    private static final List<String> ENDINGS = List.of("", ".sig", ".att", ".sbom");
    private static final Pattern FORM = Pattern.compile("(sha256|sha512)-([0-9a-f]{64})(?:\\.(?:sig|att|sbom))?");
    /** So many tags tell what a manifest's tags say: nobody makes as many of digests. */
    public static final int ENOUGH = 21;

    private final ManifestLinkTable links;
    private final TagTable tags;

    DigestTags(ManifestLinkTable links, TagTable tags) {
        this.links = links;
        this.tags = tags;
    }

    /** What a manifest's tags say of it. */
    public enum Kind {
        /** One of them is a name. */
        NAMED,
        /** All of them are made of digests, and the repository has the manifest of one of these. */
        ABOUT,
        /** There are none, or only such that are made of the digests of what is not there. */
        LOOSE
    }

    /** The tags that are made of a digest. */
    public static Stream<Tag> of(Digest digest) {
        String plain = Tag.ofReferrers(digest).name();
        return ENDINGS.stream().map(ending -> Tag.of(plain + ending));
    }

    /** What the tags of a manifest say now. */
    public Kind kind(long repositoryId, long manifestId) {
        return kindOf(repositoryId, tags.someOf(repositoryId, manifestId, ENOUGH));
    }

    /** The same of tags that are locked: all that a manifest has, or {@link #ENOUGH} of them. */
    public Kind kindOf(long repositoryId, List<Tag> some) {
        if (some.size() == ENOUGH || !some.stream().allMatch(tag -> FORM.matcher(tag.name()).matches())) {
            return Kind.NAMED;
        }
        return isAboutAny(repositoryId, some) ? Kind.ABOUT : Kind.LOOSE;
    }

    /** Whether one of a manifest's tags, whatever the others are, says that it is about one that the repository has. */
    public boolean isAboutAny(long repositoryId, long manifestId) {
        return isAboutAny(repositoryId, tags.someOf(repositoryId, manifestId, ENOUGH));
    }

    private boolean isAboutAny(long repositoryId, List<Tag> some) {
        return some.stream().anyMatch(tag -> isAbout(repositoryId, tag));
    }

    /** A tag has only the first half of a longer digest. */
    private boolean isAbout(long repositoryId, Tag tag) {
        Matcher parts = FORM.matcher(tag.name());
        return parts.matches()
                && (parts.group(1).equals("sha256")
                        ? links.isLinked(repositoryId, Digest.of("sha256:" + parts.group(2)))
                        : links.isLinkedByHalf(repositoryId, HexFormat.of().parseHex(parts.group(2))));
    }
}
