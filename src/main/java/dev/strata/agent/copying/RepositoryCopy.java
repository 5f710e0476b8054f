package dev.strata.agent.copying;

import dev.strata.agent.AgentException;
import dev.strata.agent.images.RepositoryClient;
import dev.strata.agent.images.RepositoryClient.Fetched;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.RepositoryName;
import dev.strata.oci.Tag;
import dev.strata.problem.RegistryException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Copies one repository, tag by tag. */
final class RepositoryCopy {

    /** How far indices may lie within each other, and what refers to what refers. */
    private static final int DEEPEST = 6;
    /** How often something is tried that a registry did not answer. */
    private static final int ATTEMPTS = 4;

    private static final Duration PAUSE = Duration.ofMillis(200);
    /** Blobs that share one merely wait for each other. */
    private static final int TURNS = 64;
    private static final int MOST_REMEMBERED = 100_000;

    private final RepositoryName name;
    private final RepositoryClient source;
    private final RepositoryClient target;
    private final RegistryLists lists;
    private final RegistryCopy.Options options;
    private final CopyReport report;
    private final Set<Digest> done = ConcurrentHashMap.newKeySet();
    private final ReentrantLock[] turns = Stream.generate(ReentrantLock::new).limit(TURNS).toArray(ReentrantLock[]::new);
    /** Whether the source tells what refers to a manifest, as far as it was asked. */
    private volatile boolean tellsReferrers = true;

    RepositoryCopy(
            RepositoryName name,
            RepositoryClient source,
            RepositoryClient target,
            RegistryLists lists,
            RegistryCopy.Options options,
            CopyReport report) {
        this.name = name;
        this.source = source;
        this.target = target;
        this.lists = lists;
        this.options = options;
        this.report = report;
    }

    /** Copies a tag. What cannot be copied is listed. */
    void copy(String tag) {
        String what = name + ":" + tag;
        try {
            copy(Tag.of(tag), what);
        } catch (RegistryException e) {
            report.left(what + ": " + e.getMessage() + (e.detail().isEmpty() ? "" : " " + Map.copyOf(e.detail())));
        } catch (AgentException e) {
            if (e.outcome() == AgentException.Outcome.INTERRUPTED) {
                throw e;
            }
            report.left(what + ": " + e.getMessage());
        }
    }

    private void copy(Tag tag, String what) {
        Optional<Fetched> manifest = trying(() -> source.manifest(tag));
        if (manifest.isEmpty()) {
            report.left(what + ": it is not there");
            return;
        }
        Optional<Digest> there = trying(() -> target.digest(tag));
        boolean isSame = there.equals(Optional.of(manifest.get().digest()));
        if (there.isPresent() && !isSame && options.keepTags()) {
            report.tagsKept.increment();
            return;
        }
        bring(manifest.get(), what, DEEPEST);
        if (isSame) {
            report.tagsAsTheyWere.increment();
        } else {
            trying(() -> target.putManifest(Optional.of(tag), type(manifest.get()), manifest.get().content()));
            report.tagsSet.increment();
        }
    }

    /** Brings a manifest with all that it names, and what refers to it. */
    private void bring(Fetched manifest, String what, int depth) {
        if (done.contains(manifest.digest())) {
            return;
        }
        MediaType type = type(manifest);
        if (!trying(() -> target.has(manifest.digest()))) {
            Manifest read = Manifest.parse(manifest.content(), type);
            read.children().forEach(child -> bringChild(child, what, depth));
            read.blobs().forEach(blob -> bringBlob(blob, what));
            trying(() -> target.putManifest(Optional.of(manifest.digest()), type, manifest.content()));
            report.manifests.increment();
        }
        bringReferrers(manifest.digest(), what, depth);
        if (done.size() < MOST_REMEMBERED) {
            done.add(manifest.digest());
        }
    }

    private static MediaType type(Fetched manifest) {
        return MediaType.ofContentType(manifest.type());
    }

    /** An index may list what is not there; its other children come all the same. */
    private void bringChild(Descriptor child, String what, int depth) {
        Optional<Fetched> found = depth == 0 ? Optional.empty() : trying(() -> source.manifest(child.digest()));
        if (found.isPresent()) {
            bring(found.get(), what, depth - 1);
        } else {
            report.left(what + ": it lists " + child.digest() + ", which is not there");
        }
    }

    private void bringReferrers(Digest subject, String what, int depth) {
        if (!tellsReferrers || depth == 0) {
            return;
        }
        tellsReferrers &= trying(() -> lists.referrers(name.value(), subject.toString(), referrer ->
                source.manifest(Digest.of(referrer)).ifPresent(found -> bring(found, what + ", a referrer", depth - 1))));
    }

    private void bringBlob(Descriptor blob, String what) {
        ReentrantLock turn = turns[Math.floorMod(blob.digest().hashCode(), TURNS)];
        turn.lock();
        try {
            if (trying(() -> target.hasOrMounts(blob.digest()))) {
                return;
            }
            trying(() -> {
                target.copy(blob, source);
                return true;
            });
            report.blobs.increment();
            report.bytes.add(blob.size());
        } catch (AgentException e) {
            if (!blob.mediaType().isNonDistributable()) { // which may be kept elsewhere
                throw e;
            }
        } finally {
            turn.unlock();
        }
    }

    private interface Question<T> {
        T ask();
    }

    /** Asks again where a registry did not answer. */
    private static <T> T trying(Question<T> question) {
        for (int attempt = 1; ; attempt++) {
            try {
                return question.ask();
            } catch (AgentException e) {
                if (attempt == ATTEMPTS || e.outcome() != AgentException.Outcome.REGISTRY) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos() << (attempt - 1));
            }
        }
    }
}
