package dev.strata.cache.imagefiles;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.cache.CacheProperties;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.layerfiles.FilePage;
import dev.strata.cache.layerfiles.LayerTables;
import dev.strata.cache.lookup.BaseImages;
import dev.strata.cache.verification.LayerVerifier;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.Platform;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Says which files are in the layers of an image, as far as the layers have tables of contents. */
@Service
public class ImageFiles {

    private final BaseImages images;
    private final LayerTables tables;
    private final LayerVerifier verifier;
    private final EntryReads repositories;
    private final CacheProperties properties;

    ImageFiles(
            BaseImages images,
            LayerTables tables,
            LayerVerifier verifier,
            EntryReads repositories,
            CacheProperties properties) {
        this.images = images;
        this.tables = tables;
        this.verifier = verifier;
        this.repositories = repositories;
        this.properties = properties;
    }

    /**
     * A layer of an image.
     *
     * @param entries how many entries its tar has; empty where it has no table
     */
    public record ListedLayer(Descriptor blob, Digest diffId, Optional<Long> entries) {}

    /**
     * The layers of an image, the lowest first.
     *
     * @param reference a tag or a digest of the repository
     * @param platform which image, where the reference is that of an index
     * @throws RegistryException MANIFEST_UNKNOWN where there is no such image
     */
    public List<ListedLayer> layers(RepositoryName repository, String reference, Platform platform) {
        BaseImages.Image image = image(repository, reference, platform);
        long repositoryId = repositoryId(repository);
        List<ListedLayer> layers = new ArrayList<>();
        for (int i = 0; i < image.layers().size(); i++) {
            Digest diffId = image.config().diffIds().get(i);
            layers.add(new ListedLayer(image.layers().get(i), diffId, tables.entries(repositoryId, diffId)));
        }
        return layers;
    }

    /**
     * Some of the entries of a layer. One that has no table is read now, where it is small enough to be verified at a commit.
     *
     * @param place where the page begins; 0 at the beginning
     * @return empty where the layer has no table
     * @throws RegistryException MANIFEST_UNKNOWN where there is no such image, BLOB_UNKNOWN where it has no such layer
     */
    public Optional<FilePage> files(
            RepositoryName repository, String reference, Platform platform, Digest digest, long place, int size)
            throws IOException {
        ListedLayer layer = layers(repository, reference, platform).stream()
                .filter(each -> each.blob().digest().equals(digest))
                .findFirst()
                .orElseThrow(() -> new RegistryException(
                        Problem.BLOB_UNKNOWN, "the image has no such layer", Map.of("digest", digest.toString())));
        if (layer.entries().isEmpty() && layer.blob().size() <= properties.verifyAtCommit().toBytes()) {
            verifier.list(
                    repository,
                    new Layer(layer.blob().mediaType(), digest, layer.blob().size()),
                    layer.diffId().algorithm());
        }
        return tables.page(repositoryId(repository), layer.diffId(), place, size);
    }

    private BaseImages.Image image(RepositoryName repository, String reference, Platform platform) {
        return images.find(repository, reference, platform, ReadableRepositories.NONE)
                .orElseThrow(() -> new RegistryException(
                        Problem.MANIFEST_UNKNOWN,
                        "the repository has no such image",
                        Map.of("reference", reference, "platform", platform.toString())));
    }

    private long repositoryId(RepositoryName repository) {
        return repositories.repository(repository).orElseThrow();
    }
}
