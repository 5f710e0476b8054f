package dev.strata.savings;

import dev.strata.oci.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a registry has, and its figures as docs/savings.md defines them, counted anew each time with no thought of
 * speed.
 */
final class SlowCount {

    /** A blob or a manifest; a manifest's bytes may be a blob too. */
    record Thing(boolean manifest, Digest digest) {}

    record Manifest(Digest digest, long size, boolean index, List<Digest> references) {}

    record Image(String repository, Digest digest) {}

    static final class Repository {
        final Map<Digest, Long> blobs = new HashMap<>();
        final Map<Digest, Manifest> manifests = new HashMap<>();
        final Map<String, Digest> tags = new TreeMap<>();

        List<Digest> images() {
            Set<Digest> listed = manifests.values().stream()
                    .filter(Manifest::index)
                    .flatMap(index -> index.references().stream())
                    .filter(manifests::containsKey)
                    .filter(entry -> !manifests.get(entry).index())
                    .collect(Collectors.toSet());
            return manifests.keySet().stream()
                    .filter(digest -> tags.containsValue(digest) || !listed.contains(digest))
                    .toList();
        }

        Set<Thing> parts(Digest image) {
            Manifest manifest = manifests.get(image);
            Set<Thing> parts = new HashSet<>();
            parts.add(new Thing(true, image));
            for (Digest reference : manifest.references()) {
                if (blobs.containsKey(reference)) {
                    parts.add(new Thing(false, reference));
                }
                if (manifest.index() && manifests.containsKey(reference) && !manifests.get(reference).index()) {
                    parts.addAll(parts(reference));
                }
            }
            return parts;
        }

        /** With what it listed that nothing else lists or names. */
        void delete(Digest digest) {
            Manifest deleted = manifests.remove(digest);
            tags.values().removeIf(digest::equals);
            if (deleted != null && deleted.index()) {
                deleted.references().stream()
                        .filter(manifests::containsKey)
                        .filter(part -> tagsOf(part) == 0)
                        .filter(part -> manifests.values().stream()
                                .noneMatch(other -> other.index() && other.references().contains(part)))
                        .toList()
                        .forEach(this::delete);
            }
        }

        long tagsOf(Digest image) {
            return tags.values().stream().filter(image::equals).count();
        }
    }

    final Map<String, Repository> repositories = new TreeMap<>();
    /** Everything that was ever stored, because nothing is collected. */
    final Map<Thing, Long> stored = new HashMap<>();

    Repository into(String repository) {
        return repositories.computeIfAbsent(repository, name -> new Repository());
    }

    List<Image> images() {
        List<Image> images = new ArrayList<>();
        repositories.forEach((name, repository) ->
                repository.images().forEach(digest -> images.add(new Image(name, digest))));
        return images;
    }

    Set<Thing> parts(Image image) {
        return repositories.get(image.repository()).parts(image.digest());
    }

    long copies(Image image) {
        return Math.max(1, repositories.get(image.repository()).tagsOf(image.digest()));
    }

    long size(Collection<Thing> things) {
        return things.stream().mapToLong(stored::get).sum();
    }

    Set<Thing> inUse() {
        return images().stream().flatMap(image -> parts(image).stream()).collect(Collectors.toSet());
    }

    long asIfUnshared() {
        return images().stream().mapToLong(image -> size(parts(image)) * copies(image)).sum();
    }

    long savedByTags() {
        return images().stream().mapToLong(image -> size(parts(image)) * (copies(image) - 1)).sum();
    }

    private Stream<Image> having(Thing thing) {
        return images().stream().filter(image -> parts(image).contains(thing));
    }

    long savedInRepositories() {
        return inUse().stream()
                .mapToLong(thing -> stored.get(thing)
                        * (having(thing).count() - having(thing).map(Image::repository).distinct().count()))
                .sum();
    }

    long savedBetweenRepositories() {
        return inUse().stream()
                .mapToLong(thing ->
                        stored.get(thing) * (having(thing).map(Image::repository).distinct().count() - 1))
                .sum();
    }

    long unlinked() {
        return size(stored.keySet().stream()
                .filter(thing -> repositories.values().stream()
                        .noneMatch(repository -> (thing.manifest() ? repository.manifests : repository.blobs)
                                .containsKey(thing.digest())))
                .toList());
    }

    long waiting() {
        Set<Thing> used = inUse();
        return size(stored.keySet().stream().filter(thing -> !used.contains(thing)).toList());
    }

    long full(String repository) {
        return size(partsOf(repository));
    }

    private Set<Thing> partsOf(String repository) {
        return images().stream()
                .filter(image -> image.repository().equals(repository))
                .flatMap(image -> parts(image).stream())
                .collect(Collectors.toSet());
    }

    long unique(Image image) {
        return size(parts(image).stream().filter(thing -> having(thing).count() == 1).toList());
    }

    /** By deleting, and counting what waits then. */
    long freed(Set<String> wholeRepositories, Map<String, Set<String>> tags) {
        SlowCount after = copy();
        wholeRepositories.forEach(after.repositories::remove);
        tags.forEach((name, names) -> after.delete(name, names));
        return after.waiting() - waiting();
    }

    private void delete(String name, Set<String> names) {
        Repository repository = repositories.get(name);
        if (repository == null) {
            return;
        }
        Set<Digest> named = names.stream().map(repository.tags::get).collect(Collectors.toSet());
        List<Digest> before = repository.images();
        repository.tags.keySet().removeAll(names);
        named.stream()
                .filter(digest -> repository.tagsOf(digest) == 0)
                .filter(digest -> repository.manifests.values().stream()
                        .noneMatch(index -> index.index() && index.references().contains(digest))
                        || repository.manifests.get(digest).index())
                .toList()
                .forEach(repository.manifests::remove);
        // What was but a part of what went, and is an image now that nothing leads to, goes with it.
        repository.images().stream()
                .filter(digest -> !before.contains(digest) || named.contains(digest))
                .filter(digest -> repository.tagsOf(digest) == 0)
                .toList()
                .forEach(repository.manifests::remove);
    }

    private SlowCount copy() {
        SlowCount copy = new SlowCount();
        copy.stored.putAll(stored);
        repositories.forEach((name, repository) -> {
            Repository other = copy.into(name);
            other.blobs.putAll(repository.blobs);
            other.manifests.putAll(repository.manifests);
            other.tags.putAll(repository.tags);
        });
        return copy;
    }
}
