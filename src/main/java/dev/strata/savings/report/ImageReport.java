package dev.strata.savings.report;

import dev.strata.access.rights.ReadableRepositories;
import dev.strata.cache.uses.CacheTotals;
import dev.strata.database.columns.ColumnText;
import dev.strata.json.StrictJson;
import dev.strata.memory.MemoryBudget.Share;
import dev.strata.oci.Descriptor;
import dev.strata.oci.Digest;
import dev.strata.oci.History;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Manifest;
import dev.strata.oci.MediaType;
import dev.strata.oci.Platform;
import dev.strata.oci.Reference;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.RegistryException;
import dev.strata.registry.manifests.Manifests;
import dev.strata.registry.manifests.StoredManifest;
import dev.strata.savings.books.Configurations;
import dev.strata.savings.counted.CountedImage;
import dev.strata.savings.counted.CountedObject;
import dev.strata.savings.counted.Form;
import dev.strata.savings.ledger.Books;
import dev.strata.savings.ledger.Bookshelf;
import dev.strata.savings.lists.RepositoryList;
import dev.strata.savings.lists.TagSavings;
import dev.strata.savings.pieces.ImageParts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

/** One image: its instructions beside the layers that they made. */
@Service
public class ImageReport {

    private static final int MOST_TAGS = 100;
    /** As many as engines can run. */
    private static final int MOST_LAYERS = 127;
    /** What is read of each thing that a manifest names takes so much memory, more or less. */
    private static final int BYTES_A_REFERENCE = 1_000;
    /** Of an instruction. */
    private static final int MOST_CHARACTERS = 10_000;

    private final JdbcTemplate jdbc;
    private final Manifests manifests;
    private final RepositoryList repositories;
    private final Bookshelf tables;
    private final Configurations configurations;
    private final LayerReport layers;
    private final CacheTotals cache;

    ImageReport(
            JdbcTemplate jdbc,
            Manifests manifests,
            RepositoryList repositories,
            Bookshelf tables,
            Configurations configurations,
            LayerReport layers,
            CacheTotals cache) {
        this.jdbc = jdbc;
        this.manifests = manifests;
        this.repositories = repositories;
        this.tables = tables;
        this.configurations = configurations;
        this.layers = layers;
        this.cache = cache;
    }

    /**
     * Reads the report.
     *
     * @param readable the repositories that may be named as sharing its layers
     * @param share takes the memory that it needs
     * @throws RegistryException NAME_UNKNOWN, MANIFEST_UNKNOWN, CONTENDED where others take the memory that it needs
     */
    public ImageSavings get(
            RepositoryName repository, Reference reference, ReadableRepositories readable, Share share) {
        StoredManifest stored = manifests.get(repository, reference);
        Manifest manifest = manifests.read(stored);
        int named = manifest.blobs().size() + manifest.children().size();
        share.grow((long) named * BYTES_A_REFERENCE);
        if (!manifest.children().isEmpty()) {
            share.grow(StrictJson.memory(stored.content())); // it is read once more, for what platforms are called
        }
        return report(repository, stored, manifest, readable);
    }

    private ImageSavings report(
            RepositoryName repository, StoredManifest stored, Manifest manifest, ReadableRepositories readable) {
        CountedImage.Key key = new CountedImage.Key(repositories.row(repository).id(), id(stored.digest()));
        Books books = tables.open();
        ImageParts parts = new ImageParts(books, tables.references());
        // Where it is noted and not counted yet, it has no figures.
        CountedImage image = books.findImage(key)
                .map(row -> row.isRoot() ? row : counted(row, books, parts))
                .orElse(new CountedImage(key, 0, Form.of(manifest), 0, 0, 0, 0, CountedImage.NOT_IN_TREE));
        List<Descriptor> blobs = List.copyOf(manifest.blobs());
        boolean isImage = image.form() == Form.IMAGE;
        Optional<ImageConfig> configuration = isImage
                ? configurations.find(repository, blobs.getFirst().digest())
                : Optional.empty();
        Optional<Descriptor> config = hasConfiguration(manifest) ? Optional.of(blobs.getFirst()) : Optional.empty();
        List<Descriptor> made = config.isPresent() ? blobs.subList(1, blobs.size()) : blobs;
        List<LayerReport.Found> found = layers.find(image, made, books, readable);
        return new ImageSavings(
                repository,
                stored.digest(),
                stored.mediaType(),
                TagSavings.Kind.of(image.form()),
                tags(key),
                configuration.flatMap(ImageConfig::platform).map(Platform::toString),
                configuration.flatMap(ImageReport::createdAt),
                image.full(),
                image.unique(),
                image.shared(),
                image.isRoot() ? image.freed() : 0,
                stored.content().length,
                config.map(blob -> new ImageSavings.Config(blob.digest(), blob.size())),
                history(configuration, made.size()),
                steps(configuration, found, uses(repository, configuration, made.size())),
                new IndexReport(stored.content(), manifest).list(books, parts, image));
    }

    /** Artifacts have one too, whatever its type is; only the manifest that was made for artifacts alone has none. */
    private static boolean hasConfiguration(Manifest manifest) {
        return manifest instanceof Manifest.Image && !manifest.mediaType().equals(MediaType.OCI_ARTIFACT);
    }

    private long id(Digest digest) {
        return jdbc.queryForList("select id from manifest where digest = ?", Long.class, (Object) digest.bytes()).getFirst();
    }

    /** What is but a part of an index has no figures in the books. */
    private static CountedImage counted(CountedImage row, Books books, ImageParts parts) {
        long full = 0;
        long unique = 0;
        Set<Long> own = new LinkedHashSet<>(parts.blobs(row));
        own.add(CountedObject.ofManifest(row.key().manifestId()));
        for (long part : own) {
            Optional<CountedObject> object = books.findObject(part);
            full += object.map(CountedObject::size).orElse(0L);
            unique += object.filter(one -> one.images() == 1).map(CountedObject::size).orElse(0L);
        }
        return row.withSizes(full, unique);
    }

    private List<String> tags(CountedImage.Key key) {
        return jdbc.queryForList(
                "select name from tag where repository_id = ? and manifest_id = ?"
                        + " order by repository_id, manifest_id, name limit ?",
                String.class,
                key.repositoryId(),
                key.manifestId(),
                MOST_TAGS);
    }

    private static Optional<Instant> createdAt(ImageConfig configuration) {
        List<History> history = configuration.history();
        return history.isEmpty() ? Optional.empty() : history.getLast().created();
    }

    private static ImageSavings.History history(Optional<ImageConfig> configuration, int layers) {
        if (configuration.isEmpty() || configuration.get().history().isEmpty()) {
            return ImageSavings.History.ABSENT;
        }
        return isMatched(configuration, layers) ? ImageSavings.History.MATCHED : ImageSavings.History.UNMATCHED;
    }

    private static boolean isMatched(Optional<ImageConfig> configuration, int layers) {
        List<History> history = configuration.map(ImageConfig::history).orElse(List.of());
        return !history.isEmpty()
                && history.stream().filter(entry -> !entry.emptyLayer()).count() == layers;
    }

    /** Of each layer, the lowest first. */
    private List<CacheTotals.LayerUse> uses(RepositoryName repository, Optional<ImageConfig> configuration, int layers) {
        return configuration
                .map(ImageConfig::diffIds)
                .filter(diffIds -> diffIds.size() == layers && layers <= MOST_LAYERS)
                .map(diffIds -> cache.layers(repository, diffIds))
                .orElse(Collections.nCopies(layers, CacheTotals.LayerUse.UNKNOWN));
    }

    /** Half a surrogate pair is no text that an answer could have. */
    private static String text(String text) {
        return ColumnText.of(text, MOST_CHARACTERS);
    }

    private static List<ImageSavings.Step> steps(
            Optional<ImageConfig> configuration, List<LayerReport.Found> layers, List<CacheTotals.LayerUse> uses) {
        List<ImageSavings.Step> steps = new ArrayList<>();
        Iterator<LayerReport.Found> next = layers.iterator();
        Iterator<CacheTotals.LayerUse> use = uses.iterator();
        if (isMatched(configuration, layers.size())) {
            for (History entry : configuration.orElseThrow().history()) {
                Optional<LayerReport.Found> layer = entry.emptyLayer() ? Optional.empty() : Optional.of(next.next());
                steps.add(new ImageSavings.Step(
                        Optional.of(text(entry.withoutArguments())),
                        Optional.of(text(entry.comment())).filter(text -> !text.isEmpty()),
                        entry.created(),
                        layer.map(LayerReport.Found::layer),
                        layer.map(LayerReport.Found::base).filter(names -> !names.isEmpty()),
                        layer.map(made -> use.next()).filter(made -> made != CacheTotals.LayerUse.UNKNOWN)));
            }
        } else {
            next.forEachRemaining(found -> steps.add(new ImageSavings.Step(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(found.layer()),
                    Optional.of(found.base()).filter(names -> !names.isEmpty()),
                    Optional.of(use.next()).filter(made -> made != CacheTotals.LayerUse.UNKNOWN))));
        }
        return steps;
    }
}
