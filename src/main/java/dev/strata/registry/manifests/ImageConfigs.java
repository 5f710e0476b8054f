package dev.strata.registry.manifests;

import dev.strata.json.StrictJson;
import dev.strata.oci.Digest;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.Blobs;
import dev.strata.storage.BlobContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.springframework.stereotype.Service;

/** The configurations of images, read from their blobs. */
@Service
public class ImageConfigs {

    private final Blobs blobs;
    private final DocumentMemory memory;

    ImageConfigs(Blobs blobs, DocumentMemory memory) {
        this.blobs = blobs;
        this.memory = memory;
    }

    /**
     * Reads a configuration. Nobody asks the database while it waits for room in memory.
     *
     * @throws RegistryException BLOB_UNKNOWN, CONFIG_INVALID for what is none and for what is too large, and CONTENDED
     */
    public ImageConfig get(RepositoryName repository, Digest digest) {
        try {
            BlobContent content = blobs.get(repository, digest);
            if (content.size() > ImageConfig.MAX_SIZE) {
                throw new RegistryException(
                        Problem.CONFIG_INVALID, "the configuration is too large", Map.of("size", content.size()));
            }
            return read(content);
        } catch (IOException e) {
            throw new UncheckedIOException("A configuration cannot be read", e);
        }
    }

    private ImageConfig read(BlobContent content) throws IOException {
        try (DocumentMemory.Reading _ = memory.read(2 * content.size());
                InputStream in = content.openFrom(0)) {
            byte[] bytes = in.readAllBytes();
            try (DocumentMemory.Reading _ = memory.read(StrictJson.memory(bytes))) {
                return ImageConfig.parse(bytes);
            }
        }
    }
}
