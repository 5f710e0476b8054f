package dev.strata.upkeep.backup;

import dev.strata.storage.StoredBlob;
import dev.strata.upkeep.commands.OperationException;
import java.io.IOException;
import java.nio.file.Path;

/** Where the blobs of a backup are restored to. */
interface RestoredBlobs extends AutoCloseable {

    /** How many can be brought side by side. */
    int atOnce();

    /**
     * Brings a blob there, unless a restore that was broken off has brought it.
     *
     * @param source the file that should have its bytes; there is one
     * @return whether it has them; nothing comes where it has not
     * @throws OperationException where blobs of this backup cannot be restored to here
     */
    boolean bring(StoredBlob blob, Path source) throws IOException;

    @Override
    void close() throws IOException;
}
