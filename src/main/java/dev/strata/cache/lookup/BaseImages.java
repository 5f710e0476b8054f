package dev.strata.cache.lookup;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.rights.ReadableRepositories;
import dev.strata.oci.ChainId;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Manifest;
import dev.strata.oci.Platform;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.registry.manifests.ImageConfigs;
import dev.strata.registry.manifests.Manifests;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The images that builds start from, as far as they are here. */
@Component
public class BaseImages {

    private static final int MOST_KEPT = 8 * 1024 * 1024;
    /** Manifests that one search reads at the most, in indexes of indexes too. */
    private static final int MOST_READ = 64;

    private final Manifests manifests;
    private final ImageConfigs imageConfigs;

    /** Configurations never change. They are asked for with each resolve of a Dockerfile. */
    private final Cache<Digest, ImageConfig> configs = Caffeine.newBuilder()
            .maximumWeight(MOST_KEPT)
            .weigher((Digest digest, ImageConfig config) -> config.toString().length())
            .build();

    BaseImages(Manifests manifests, ImageConfigs imageConfigs) {
        this.manifests = manifests;
        this.imageConfigs = imageConfigs;
    }

    /** An image, and its layers as its manifest has them. */
    public record Image(ImageConfig config, List<Descriptor> layers) {

        Optional<ChainId> chainId() {
            return config.chainId();
        }
    }

    /**
     * Finds an image.
     *
     * @param own the repository in which a bare tag or digest is looked for
     * @param name {@code tag}, {@code sha256:…}, {@code repository:tag} or {@code repository@sha256:…}
     * @param platform which one, where the name is that of an index
     * @param readable the repositories in which it may be looked for: an image of another one is as one that is not here
     * @return empty where it is not here, and for what is no image
     */
    public Optional<Image> find(
            RepositoryName own, String name, Platform platform, ReadableRepositories readable) {
        try {
            int at = name.indexOf('@');
            int colon = name.lastIndexOf(':');
            if (at >= 0) {
                RepositoryName repository = RepositoryName.of(name.substring(0, at));
                return readable.include(repository.value())
                        ? find(repository, Digest.of(name.substring(at + 1)), platform)
                        : Optional.empty();
            }
            if (colon < 0 || name.startsWith("sha256:") || name.startsWith("sha512:")) {
                return find(own, Reference.of(name), platform);
            }
            RepositoryName repository = RepositoryName.of(name.substring(0, colon));
            return readable.include(repository.value())
                    ? find(repository, Reference.of(name.substring(colon + 1)), platform)
                    : Optional.empty();
        } catch (RegistryException e) {
            return Optional.empty(); // a name of some other registry
        }
    }

    private Optional<Image> find(RepositoryName repository, Reference reference, Platform platform) {
        return new Search(repository, platform).find(reference);
    }

    /** The search for the image of a platform. */
    private final class Search {

        private final RepositoryName repository;
        private final Platform platform;
        private int read;

        Search(RepositoryName repository, Platform platform) {
            this.repository = repository;
            this.platform = platform;
        }

        Optional<Image> find(Reference reference) {
            if (++read > MOST_READ) {
                return Optional.empty();
            }
            return switch (manifests.read(manifests.get(repository, reference))) {
                case Manifest.Image image -> BaseImages.this.read(repository, image);
                case Manifest.Index index -> best(index);
            };
        }

        /**
         * What a builder takes: the best match, and nothing where just that one is not here. Entries that name no
         * platform count where nothing else matches, as far as their images say that they run there.
         */
        private Optional<Image> best(Manifest.Index index) {
            for (Descriptor child : index.childrenFor(platform)) {
                Optional<Image> image = child(child.digest());
                if (child.platform().isPresent() || image.filter(this::runs).isPresent() || read > MOST_READ) {
                    return image;
                }
            }
            return Optional.empty();
        }

        private Optional<Image> child(Digest digest) {
            try {
                return find(digest);
            } catch (RegistryException e) {
                return Optional.empty(); // a sparse index
            }
        }

        private boolean runs(Image image) {
            return image.config().platform().filter(own -> platform.rank(own).isPresent()).isPresent();
        }
    }

    /** The image of a manifest; empty where it is an artifact of another kind, and where its layers have no chain ID. */
    public Optional<Image> read(RepositoryName repository, Manifest.Image manifest) {
        if (manifest.blobs().isEmpty()) {
            return Optional.empty();
        }
        try {
            ImageConfig config = config(repository, manifest.blobs().getFirst().digest());
            List<Descriptor> layers =
                    manifest.blobs().subList(1, manifest.blobs().size());
            boolean isImage = layers.size() == config.diffIds().size() && ChainId.isOfAll(config.diffIds());
            return isImage ? Optional.of(new Image(config, layers)) : Optional.empty();
        } catch (RegistryException e) {
            return Optional.empty();
        }
    }

    /**
     * Two that miss at once both read it. If one waited for the other, a push that holds locks in the database could
     * wait for a request that waits for a connection, which those have who wait for these locks.
     *
     * @throws RegistryException BLOB_UNKNOWN, CONFIG_INVALID
     */
    public ImageConfig config(RepositoryName repository, Digest digest) {
        ImageConfig known = configs.getIfPresent(digest);
        if (known != null) {
            return known;
        }
        ImageConfig config = imageConfigs.get(repository, digest);
        configs.put(digest, config);
        return config;
    }
}
