package dev.strata.savings;

import dev.strata.oci.Digest;
import dev.strata.oci.History;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.Blobs;
import dev.strata.storage.BlobContent;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The configurations of images, as far as they tell how the images were made. */
@Component
class Configurations {

    private static final Logger log = LoggerFactory.getLogger(Configurations.class);

    private final Blobs blobs;

    Configurations(Blobs blobs) {
        this.blobs = blobs;
    }

    /** Empty where it is missing, or is none. */
    Optional<ImageConfig> find(RepositoryName repository, Digest digest) {
        try {
            BlobContent content = blobs.get(repository, digest);
            if (content.size() > ImageConfig.MAX_SIZE) {
                return Optional.empty();
            }
            try (InputStream in = content.openFrom(0)) {
                return Optional.of(ImageConfig.parse(in.readAllBytes()));
            }
        } catch (RegistryException e) {
            return Optional.empty(); // nobody has to push one that can be read
        } catch (IOException e) {
            log.warn("The configuration {} cannot be read", digest, e);
            return Optional.empty();
        }
    }

    /**
     * The history entries that made the layers, the lowest first; empty where they are not as many as the layers: then
     * nobody can say which made which.
     */
    static List<History> ofLayers(ImageConfig configuration, int layers) {
        List<History> made = configuration.history().stream()
                .filter(entry -> !entry.emptyLayer())
                .toList();
        return made.size() == layers ? made : List.of();
    }
}
