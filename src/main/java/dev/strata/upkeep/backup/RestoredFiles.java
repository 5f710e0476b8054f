package dev.strata.upkeep.backup;

import dev.strata.storage.StoredBlob;
import dev.strata.storage.bucket.RestoredObjects;
import dev.strata.storage.directory.DataDirectory;
import dev.strata.upkeep.commands.OperationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The files of a data directory.
 *
 * @param rowsCanChange whether rows that call a blob an object are made to say where its file is
 * @param mayLink whether a blob may be another name of the backup's own file
 */
record RestoredFiles(DataDirectory.Restoring directory, boolean rowsCanChange, boolean mayLink) implements RestoredBlobs {

    @Override
    public int atOnce() {
        return 1;
    }

    @Override
    public boolean bring(StoredBlob blob, Path source) throws IOException {
        if (!rowsCanChange && RestoredObjects.isObject(blob)) {
            throw new OperationException("the blobs of this backup were on S3, as its database says: restore them there, "
                    + "with --strata.storage.kind=s3 and the bucket's settings");
        }
        Path file = directory.blob(blob.digest());
        if (Files.exists(file)) {
            return true; // it was whole when it got its name
        }
        Path unfinished = directory.unfinished();
        Files.deleteIfExists(unfinished);
        if (!BackupDirectory.bring(source, unfinished, blob.digest(), mayLink)) {
            Files.deleteIfExists(unfinished);
            return false;
        }
        Files.createDirectories(file.getParent());
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    @Override
    public void close() {}
}
