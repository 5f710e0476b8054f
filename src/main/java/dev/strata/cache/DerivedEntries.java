package dev.strata.cache;

import dev.strata.oci.ChainId;
import dev.strata.oci.Digest;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Manifest;
import dev.strata.oci.RegistryException;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.ManifestPushed;
import dev.strata.step.Environment;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Indexes the steps of images that are pushed, in the transaction that takes the image. */
@Component
class DerivedEntries {

    private final Images images;
    private final BaseTable bases;
    private final EntryTable table;
    private final EntryWrites writes;
    private final Judgement judgement;
    private final CacheProperties properties;
    private final Clock clock;

    DerivedEntries(
            Images images,
            BaseTable bases,
            EntryTable table,
            EntryWrites writes,
            Judgement judgement,
            CacheProperties properties,
            Clock clock) {
        this.images = images;
        this.bases = bases;
        this.table = table;
        this.writes = writes;
        this.judgement = judgement;
        this.properties = properties;
        this.clock = clock;
    }

    @EventListener
    void index(ManifestPushed pushed) {
        if (!pushed.linked() || !(pushed.manifest() instanceof Manifest.Image manifest)) {
            return;
        }
        Optional<Images.Image> image = images.read(pushed.repository(), manifest);
        if (image.isEmpty() || image.get().chainId().isEmpty() || image.get().config().platform().isEmpty()) {
            return;
        }
        List<Optional<ChainId>> chains = chains(image.get().config());
        Digest config = manifest.blobs().getFirst().digest();
        if (!bases.insert(pushed.repositoryId(), chains.getLast().orElseThrow(), config)) {
            return; // the same image under another manifest
        }
        List<ImageConfig> known = bases.below(pushed.repositoryId(), chains.subList(0, chains.size() - 1)).stream()
                .flatMap(below -> read(pushed.repository(), below).stream())
                .toList();
        entries(pushed.repositoryId(), image.get(), chains, known).forEach(this::record);
    }

    /** None where the configuration says what no step can be: the image is taken all the same. */
    private List<EntryWrites.NewEntry> entries(
            long repositoryId, Images.Image image, List<Optional<ChainId>> chains, List<ImageConfig> known) {
        try {
            return HistoryReplay.of(image.config(), known)
                    .map(commands -> commands.stream()
                            .map(command -> entry(repositoryId, image, chains, command))
                            .peek(entry -> entry.step().key()) // which not every text has
                            .toList())
                    .orElse(List.of());
        } catch (RegistryException e) {
            return List.of();
        }
    }

    /** The stacks that an image's layers make, from scratch on. */
    private static List<Optional<ChainId>> chains(ImageConfig config) {
        List<Optional<ChainId>> chains = new ArrayList<>(List.of(Optional.empty()));
        for (Digest diffId : config.diffIds()) {
            chains.add(Optional.of(ChainId.above(chains.getLast(), diffId)));
        }
        return chains;
    }

    private Optional<ImageConfig> read(RepositoryName repository, Digest config) {
        try {
            return Optional.of(images.config(repository, config));
        } catch (RegistryException e) {
            return Optional.empty(); // deleted meanwhile
        }
    }

    private EntryWrites.NewEntry entry(
            long repositoryId, Images.Image image, List<Optional<ChainId>> chains, HistoryReplay.Command command) {
        var layer = image.layers().get(command.layer());
        Step step = new Step(
                image.config().platform().orElseThrow(),
                chains.get(command.layer()),
                new Operation.Run(
                        command.argv(),
                        Environment.ofValues(command.environment()),
                        command.user(),
                        command.cwd(),
                        List.of(),
                        Operation.Run.DEFAULT_NETWORK,
                        Operation.Run.DEFAULT_SECURITY));
        return new EntryWrites.NewEntry(
                repositoryId,
                properties.derivedScope(),
                step,
                Optional.of(new Layer(layer.mediaType(), layer.digest(), layer.size())),
                Optional.of(image.config().diffIds().get(command.layer())),
                chains.get(command.layer() + 1),
                0,
                "",
                command.hint() ? EntrySource.HINT : EntrySource.DERIVED,
                EntryState.UNVERIFIED,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    /** In the place of nothing, or of an entry that cannot be served. */
    private void record(EntryWrites.NewEntry entry) {
        List<FoundEntry> there = table.find(entry.repositoryId(), entry.step().key(), List.of(entry.scope()));
        if (there.stream().noneMatch(judgement::stands)) {
            there.forEach(dangling -> writes.delete(dangling.id()));
            writes.insert(entry);
        }
    }
}
