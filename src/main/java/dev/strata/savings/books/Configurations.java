package dev.strata.savings.books;

import dev.strata.oci.Digest;
import dev.strata.oci.History;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.registry.manifests.ImageConfigs;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The configurations of images, as far as they tell how the images were made. */
@Component
public class Configurations {

    private static final Logger log = LoggerFactory.getLogger(Configurations.class);

    private final ImageConfigs imageConfigs;

    public Configurations(ImageConfigs imageConfigs) {
        this.imageConfigs = imageConfigs;
    }

    /** Empty where it is missing, or is none. */
    public Optional<ImageConfig> find(RepositoryName repository, Digest digest) {
        try {
            return Optional.of(imageConfigs.get(repository, digest));
        } catch (RegistryException e) {
            return Optional.empty(); // nobody has to push one that can be read
        } catch (UncheckedIOException e) {
            log.warn("The configuration {} cannot be read", digest, e);
            return Optional.empty();
        }
    }

    /**
     * The history entries that made the layers, the lowest first; empty where they are not as many as the layers: then
     * nobody can say which made which.
     */
    public static List<History> ofLayers(ImageConfig configuration, int layers) {
        List<History> made = configuration.history().stream()
                .filter(entry -> !entry.emptyLayer())
                .toList();
        return made.size() == layers ? made : List.of();
    }
}
