package dev.strata.model;

import dev.strata.model.ManifestText.Part;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a registry has, kept in maps: what it must answer follows from that. */
final class RegistryModel {

    private static final Pattern MADE_OF_A_DIGEST = Pattern.compile("sha256-([0-9a-f]{64})(?:\\.(?:sig|att|sbom))?");

    /** A repository is there from the first content on that came into it, whatever becomes of that. */
    static final class Repository {

        final Map<String, byte[]> blobs = new HashMap<>();
        final Map<String, ManifestText> manifests = new HashMap<>();
        final TreeMap<String, String> tags = new TreeMap<>();
        /** Blobs that were deleted from it lately: a question does not bring them back. */
        final Set<String> deletedBlobs = new HashSet<>();

        Optional<ManifestText> manifest(String reference) {
            return Optional.ofNullable(manifests.get(tags.getOrDefault(reference, reference)));
        }

        boolean deleteBlob(String digest) {
            boolean there = blobs.remove(digest) != null;
            if (there) {
                deletedBlobs.add(digest);
            }
            return there;
        }

        /** What an image names and the repository lacks. */
        Set<String> missing(ManifestText manifest) {
            Set<String> missing = new LinkedHashSet<>();
            manifest.references().stream()
                    .map(Part::digest)
                    .filter(digest -> !manifest.isIndex() && !blobs.containsKey(digest))
                    .forEach(missing::add);
            return missing;
        }

        /** An image may lack some of its layers, but neither its configuration nor all of them. */
        boolean accepts(ManifestText manifest) {
            Set<String> missing = missing(manifest);
            List<Part> parts = manifest.references();
            return missing.isEmpty()
                    || !missing.contains(parts.getFirst().digest())
                            && parts.stream().skip(1).anyMatch(layer -> !missing.contains(layer.digest()));
        }

        /** With what was only there for it. */
        boolean deleteManifest(String digest) {
            ManifestText deleted = manifests.remove(digest);
            if (deleted == null) {
                return false;
            }
            tags.values().removeIf(digest::equals);
            Set<String> parts = new LinkedHashSet<>();
            if (deleted.isIndex()) {
                deleted.references().stream().map(Part::digest).forEach(parts::add);
            }
            manifests.values().stream()
                    .filter(manifest -> manifest.subject().equals(Optional.of(digest)))
                    .map(ManifestText::digest)
                    .forEach(parts::add);
            tags.forEach((tag, tagged) -> {
                if (madeOf(tag).equals(Optional.of(digest))) {
                    parts.add(tagged);
                }
            });
            parts.stream().filter(this::isLoose).forEach(this::deleteManifest);
            return true;
        }

        /** Whether no tag names it, no index lists it, and it is about nothing that is there. */
        private boolean isLoose(String digest) {
            ManifestText manifest = manifests.get(digest);
            return manifest != null
                    && manifest.subject().filter(manifests::containsKey).isEmpty()
                    && tagsOf(digest).stream().allMatch(tag -> madeOf(tag).filter(about -> !manifests.containsKey(about)).isPresent())
                    && manifests.values().stream()
                            .noneMatch(other -> other.isIndex()
                                    && other.references().stream().anyMatch(part -> part.digest().equals(digest)));
        }

        /** The digest of which a tag is made, if it is. */
        private static Optional<String> madeOf(String tag) {
            Matcher parts = MADE_OF_A_DIGEST.matcher(tag);
            return parts.matches() ? Optional.of("sha256:" + parts.group(1)) : Optional.empty();
        }

        private Set<String> tagsOf(String digest) {
            return tags.entrySet().stream()
                    .filter(tag -> tag.getValue().equals(digest))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        }

        /** What the list of referrers has for a subject: what names it, and of what a client noted that which is there. */
        Set<Referrer> referrers(String subject) {
            Set<Referrer> referrers = new LinkedHashSet<>();
            manifests.values().stream()
                    .filter(manifest -> manifest.subject().equals(Optional.of(subject)))
                    .map(Referrer::of)
                    .forEach(referrers::add);
            manifest(subject.replace(':', '-')).filter(ManifestText::isIndex).stream()
                    .flatMap(index -> index.references().stream())
                    .filter(part -> manifests.containsKey(part.digest()))
                    .filter(part -> referrers.stream().noneMatch(known -> known.digest().equals(part.digest())))
                    .map(Referrer::ofNote)
                    .toList()
                    .forEach(referrers::add);
            return referrers;
        }
    }

    /** A descriptor in a list of referrers. */
    record Referrer(
            String mediaType, String digest, long size, Optional<String> artifactType, Map<String, String> annotations) {

        private static Referrer of(ManifestText manifest) {
            return new Referrer(
                    manifest.mediaType(),
                    manifest.digest(),
                    manifest.content().length,
                    manifest.artifactType(),
                    manifest.annotations());
        }

        private static Referrer ofNote(Part part) {
            return new Referrer(ManifestText.IMAGE, part.digest(), part.size(), Optional.empty(), Map.of());
        }
    }

    private final TreeMap<String, Repository> repositories = new TreeMap<>();
    private final Set<String> elsewhere;

    /** @param elsewhere blobs of repositories that are not in the model */
    RegistryModel(Set<String> elsewhere) {
        this.elsewhere = Set.copyOf(elsewhere);
    }

    boolean has(String repository) {
        return repositories.containsKey(repository);
    }

    /** A repository to look into; an empty one where there is none. */
    Repository look(String repository) {
        return repositories.getOrDefault(repository, new Repository());
    }

    /** A repository into which something comes. */
    Repository into(String repository) {
        return repositories.computeIfAbsent(repository, name -> new Repository());
    }

    Stream<String> names() {
        return repositories.keySet().stream();
    }

    boolean isAnywhere(String blob) {
        return elsewhere.contains(blob) || repositories.values().stream().anyMatch(repository -> repository.blobs.containsKey(blob));
    }
}
