package dev.strata.upkeep.moving;

import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.changes.Pusher;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.pushes.Pushes;
import dev.strata.upkeep.moving.DistributionDirectory.Link;
import dev.strata.upkeep.moving.ImportReport.Came;
import dev.strata.upkeep.moving.ImportReport.Left;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Takes one repository of a {@link DistributionDirectory} by the use cases of a push, so that all that holds for a push
 * holds here: content is checked, quotas and immutable tags are kept, and what was taken is durable. What is there already
 * is left alone, and so a second run takes the difference.
 */
final class DirectoryImport {

    /** How many indices may lie within each other. */
    private static final int DEEPEST_INDEX = 4;
    /** In bytes. Larger manifests are read one at a time. */
    private static final int SMALL = 256 * 1024;
    /** More digests than this are not remembered, and their manifests looked at once more. */
    private static final int MOST_REMEMBERED = 100_000;

    private static final int ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Object LARGE = new Object();

    private final DistributionDirectory source;
    private final RepositoryName repository;
    private final Manifests manifests;
    private final Pushes pushes;
    private final Blobs blobs;
    private final ImportedBlobs imported;
    private final ImportReport report;
    private final boolean keepTags;
    private final Set<Digest> done = ConcurrentHashMap.newKeySet();
    private final Set<Digest> brought = ConcurrentHashMap.newKeySet();
    private final Set<Digest> reported = ConcurrentHashMap.newKeySet();

    /** @param keepTags whether a tag that the registry has stays where it is */
    DirectoryImport(
            DistributionDirectory source,
            RepositoryName repository,
            Manifests manifests,
            Pushes pushes,
            Blobs blobs,
            ImportedBlobs imported,
            ImportReport report,
            boolean keepTags) {
        this.source = source;
        this.repository = repository;
        this.manifests = manifests;
        this.pushes = pushes;
        this.blobs = blobs;
        this.imported = imported;
        this.report = report;
        this.keepTags = keepTags;
    }

    /** Takes a tag with its image. */
    void takeTag(Link link) throws IOException {
        String name = repository + ":" + link.name();
        Optional<Digest> digest = link.digest();
        if (digest.isEmpty() || !source.hasRevision(repository.value(), digest.get())) {
            report.left(Left.BROKEN_LINK, name);
            return;
        }
        guarded(name, digest.get(), () -> {
            Tag tag = Tag.of(link.name());
            Optional<Digest> now = pointsAt(tag);
            if (now.isPresent() && keepTags && !now.equals(digest)) {
                report.count(Came.TAGS_KEPT);
            } else if (now.equals(digest)) {
                take(digest.get(), name, List.of(), DEEPEST_INDEX);
                report.count(Came.TAGS_AS_THEY_WERE);
            } else if (take(digest.get(), name, List.of(tag), DEEPEST_INDEX)) {
                report.count(Came.TAGS_SET);
            }
        });
    }

    /** Takes a manifest, whether it has a tag or not. */
    void takeRevision(Link link) throws IOException {
        String name = repository + "@" + link.name();
        if (link.digest().filter(digest -> digest.toString().equals(link.name())).isEmpty()) {
            report.left(Left.BROKEN_LINK, name);
            return;
        }
        guarded(name, link.digest().get(), () -> take(link.digest().get(), name, List.of(), DEEPEST_INDEX));
    }

    private interface Step {
        void take() throws IOException;
    }

    /** What this registry refuses is listed, and nothing else is kept from coming. A full or failing disk ends all. */
    private void guarded(String name, Digest digest, Step step) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                step.take();
                return;
            } catch (RegistryException e) {
                switch (e.problem()) {
                    case STORAGE_FULL, STORAGE_FAILED -> throw e;
                    case CONTENDED -> {
                        if (attempt == ATTEMPTS) {
                            throw e;
                        }
                        LockSupport.parkNanos(PAUSE.toNanos() * attempt);
                    }
                    default -> {
                        leave(Left.REFUSED, digest, name + ": " + e.getMessage() + detail(e));
                        return;
                    }
                }
            }
        }
    }

    private static String detail(RegistryException e) {
        return e.detail().isEmpty() ? "" : " " + Map.copyOf(e.detail());
    }

    private Optional<Digest> pointsAt(Tag tag) {
        try {
            return Optional.of(manifests.get(repository, tag).digest());
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    private boolean isThere(Digest digest) {
        try {
            manifests.get(repository, digest);
            return true;
        } catch (RegistryException e) {
            return false;
        }
    }

    /** Says whether the manifest is there now, with these tags. */
    private boolean take(Digest digest, String name, List<Tag> tags, int depth) throws IOException {
        if (tags.isEmpty() && done.contains(digest)) {
            return true;
        }
        if (tags.isEmpty() && reported.contains(digest)) {
            return false; // it was listed by its tag
        }
        Path file = source.blob(digest);
        try {
            long size = Files.size(file);
            if (size <= SMALL) {
                return take(digest, read(file, digest, name), name, tags, depth);
            }
            synchronized (LARGE) {
                return take(digest, read(file, digest, name), name, tags, depth);
            }
        } catch (NoSuchFileException e) {
            leave(Left.MISSING, digest, name);
            return false;
        }
    }

    private Optional<byte[]> read(Path file, Digest digest, String name) throws IOException {
        long size = Files.size(file);
        if (size == 0) {
            leave(Left.EMPTY_FILE, digest, name);
        } else if (size > pushes.maxSize()) {
            leave(Left.REFUSED, digest, name + " has " + size + " bytes, more than strata.registry.manifest-max-size,");
        } else {
            byte[] content = Files.readAllBytes(file);
            if (Digest.ofContent(digest.algorithm(), content).equals(digest)) {
                return Optional.of(content);
            }
            leave(Left.DAMAGED, digest, name);
        }
        return Optional.empty();
    }

    private void leave(Left kind, Digest digest, String name) {
        remember(digest, reported);
        report.left(kind, name.contains(digest.toString()) ? name : name + " (" + digest + ")");
    }

    /** Says whether it was not remembered. */
    private static boolean remember(Digest digest, Set<Digest> among) {
        return among.size() >= MOST_REMEMBERED || among.add(digest);
    }

    private boolean take(Digest digest, Optional<byte[]> content, String name, List<Tag> tags, int depth)
            throws IOException {
        if (content.isEmpty()) {
            return false;
        }
        Optional<MediaType> type = FoundType.of(content.get());
        if (type.isEmpty()) {
            leave(Left.SCHEMA_1, digest, name);
            return false;
        }
        Manifest manifest = Manifest.parse(content.get(), type.get());
        if (!done.contains(digest)) {
            takeParts(manifest, name, depth);
        }
        boolean isThere = isThere(digest);
        if (!isThere || !tags.isEmpty()) {
            pushes.put(repository, digest, tags, type.get(), content.get(), Pusher.UNBOUND);
        }
        remember(digest, done);
        // Several threads may find that it is missing, and one that finds it there may be the first to be done with it.
        if (!isThere && remember(digest, brought)) {
            report.count(Came.MANIFESTS);
        }
        return true;
    }

    private void takeParts(Manifest manifest, String name, int depth) throws IOException {
        for (Descriptor child : manifest.children()) {
            if (depth > 0 && source.hasRevision(repository.value(), child.digest())) {
                take(child.digest(), repository + "@" + child.digest(), List.of(), depth - 1);
            }
        }
        Map<Digest, Descriptor> wanted = manifest.blobs().stream()
                .collect(Collectors.toMap(Descriptor::digest, blob -> blob, (one, same) -> one));
        Set<Digest> missing = new HashSet<>(wanted.keySet());
        missing.removeAll(wanted.isEmpty() ? Collections.emptySet() : blobs.promiseAll(repository, wanted.keySet()).keySet());
        for (Digest digest : missing) {
            boolean mayBeMissing = wanted.get(digest).mediaType().isNonDistributable();
            if (!mayBeMissing || Files.exists(source.blob(digest))) {
                imported.bring(repository, digest, name);
            }
        }
    }
}
