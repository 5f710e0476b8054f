package dev.strata.upkeep.scrub;

import dev.strata.oci.Digest;
import dev.strata.oci.DigestAlgorithm;
import dev.strata.registry.PromiseProperties;
import dev.strata.storage.BlobStore;
import dev.strata.storage.BlobStore.Deletion;
import dev.strata.storage.OnStorage;
import dev.strata.storage.StorageKind;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.files.DiskUsage;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Files of blobs that no row knows, as a crash leaves them between a file and its row. Those that are older than the grace
 * are deleted, unless somebody is storing them.
 */
@Component
@OnStorage(StorageKind.FILE_SYSTEM)
class FileStrays implements Strays {

    private static final Logger log = LoggerFactory.getLogger(FileStrays.class);

    private final ScrubbedRows rows;
    private final BlobStore store;
    private final DiskUsage disk;
    private final PromiseProperties promises;
    private final Clock clock;

    FileStrays(ScrubbedRows rows, BlobStore store, DiskUsage disk, PromiseProperties promises, Clock clock) {
        this.rows = rows;
        this.store = store;
        this.disk = disk;
        this.promises = promises;
        this.clock = clock;
    }

    /** Deletes those whose digests begin with a byte. */
    @Override
    public List<Stray> delete(int fan) throws IOException {
        List<Stray> deleted = new ArrayList<>();
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            for (StoredBlob file : delete(algorithm, fan)) {
                deleted.add(new Stray("the file of " + file.digest(), file.size()));
            }
        }
        return deleted;
    }

    private List<StoredBlob> delete(DigestAlgorithm algorithm, int fan) throws IOException {
        Instant since = clock.instant().minus(promises.grace());
        List<StoredBlob> files = disk.unchangedBlobs(algorithm, fan, since);
        if (files.isEmpty()) {
            return List.of();
        }
        Set<Digest> known = rows.digests(algorithm, fan); // after the files: a row comes after its file
        List<StoredBlob> deleted = new ArrayList<>();
        for (StoredBlob file : files) {
            if (!known.contains(file.digest())
                    && store.delete(file, () -> rows.blob(file.digest()).isPresent()) == Deletion.DELETED) {
                log.warn("Deleted the file of {}, {} bytes, which no row knew", file.digest(), file.size());
                deleted.add(file);
            }
        }
        store.forceDeletions(deleted);
        return deleted;
    }
}
