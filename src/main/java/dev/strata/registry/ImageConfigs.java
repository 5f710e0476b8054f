package dev.strata.registry;

import dev.strata.oci.Digest;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Problem;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.storage.BlobContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Service;

/** The configurations of images, read from their blobs. */
@Service
public class ImageConfigs {

    /** In bytes; those of real images have a tenth of it. */
    private static final int LARGE = 128 * 1024;

    private final Blobs blobs;
    private final ReentrantLock readingLarge = new ReentrantLock();

    ImageConfigs(Blobs blobs) {
        this.blobs = blobs;
    }

    /**
     * Reads a configuration. Large ones are read one at a time, since they take many times their bytes in memory; nobody
     * asks the database meanwhile.
     *
     * @throws RegistryException BLOB_UNKNOWN, and CONFIG_INVALID for what is none and for what is too large
     */
    public ImageConfig get(RepositoryName repository, Digest digest) {
        try {
            BlobContent content = blobs.get(repository, digest);
            if (content.size() > ImageConfig.MAX_SIZE) {
                throw new RegistryException(
                        Problem.CONFIG_INVALID, "the configuration is too large", Map.of("size", content.size()));
            }
            return content.size() < LARGE ? read(content) : readAlone(content);
        } catch (IOException e) {
            throw new UncheckedIOException("A configuration cannot be read", e);
        }
    }

    private ImageConfig readAlone(BlobContent content) throws IOException {
        readingLarge.lock();
        try {
            return read(content);
        } finally {
            readingLarge.unlock();
        }
    }

    private static ImageConfig read(BlobContent content) throws IOException {
        try (InputStream in = content.openFrom(0)) {
            return ImageConfig.parse(in.readAllBytes());
        }
    }
}
