package dev.strata.upkeep.moving;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.registry.blobs.Uploads;
import dev.strata.upkeep.moving.ImportReport.Came;
import dev.strata.upkeep.moving.ImportReport.Left;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Brings the blobs of an import into their repositories. The bytes of each come in once. */
final class ImportedBlobs {

    /** Blobs that share one merely wait for each other. */
    private static final int TURNS = 64;

    private final DistributionDirectory source;
    private final Blobs blobs;
    private final Uploads uploads;
    private final ImportReport report;
    private final ReentrantLock[] turns =
            Stream.generate(ReentrantLock::new).limit(TURNS).toArray(ReentrantLock[]::new);

    ImportedBlobs(DistributionDirectory source, Blobs blobs, Uploads uploads, ImportReport report) {
        this.source = source;
        this.blobs = blobs;
        this.uploads = uploads;
        this.report = report;
    }

    /**
     * Sees to it that a repository has a blob that it lacks; where that cannot be, it is in the report.
     *
     * @param of what needs it, in words
     */
    void bring(RepositoryName repository, Digest digest, String of) throws IOException {
        ReentrantLock turn = turns[Math.floorMod(digest.hashCode(), TURNS)];
        turn.lock();
        try {
            if (!blobs.promiseAll(repository, Set.of(digest)).isEmpty()) {
                return; // it came with another of the repository's images meanwhile
            }
            if (blobs.mount(repository, digest, Optional.empty(), ReadableRepositories.ALL)) {
                report.count(Came.SHARED);
            } else {
                take(repository, digest, of);
            }
        } finally {
            turn.unlock();
        }
    }

    private void take(RepositoryName repository, Digest digest, String of) throws IOException {
        Path file = source.blob(digest);
        String what = digest + " of " + of;
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            report.left(Left.MISSING, what);
            return;
        }
        try {
            long size = Files.size(file);
            report.taken(uploads.take(repository, digest, file), size);
        } catch (NoSuchFileException e) {
            report.left(Left.MISSING, what + ": " + e.getReason()); // that registry goes on
        } catch (RegistryException e) {
            if (e.problem() != Problem.DIGEST_INVALID) {
                throw e;
            }
            report.left(Files.size(file) == 0 ? Left.EMPTY_FILE : Left.DAMAGED, what);
        } catch (IOException e) {
            report.left(Left.UNREADABLE, what + ": " + e);
        }
    }
}
