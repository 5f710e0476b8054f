package dev.strata.cache.derivation;

import dev.strata.cache.CacheProperties;
import dev.strata.cache.entries.EntryReads;
import dev.strata.cache.entries.EntrySource;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.entries.EntryWrites;
import dev.strata.cache.entries.FoundEntry;
import dev.strata.cache.entries.Layer;
import dev.strata.cache.entries.TakenBack;
import dev.strata.cache.lookup.BaseImages;
import dev.strata.cache.lookup.Judgement;
import dev.strata.cache.verification.LayerFormat;
import dev.strata.oci.ChainId;
import dev.strata.oci.ImageConfig;
import dev.strata.oci.Platform;
import dev.strata.problem.RegistryException;
import dev.strata.registry.repositories.Catalog;
import dev.strata.step.Environment;
import dev.strata.step.LayerAnnotations;
import dev.strata.step.Operation;
import dev.strata.step.Step;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The entries that an image's history gives. */
@Component
class DerivedEntries {

    /** Characters of a step. A kernel takes no command that is longer. */
    private static final int LONGEST_STEP = 128 * 1024;
    /** Characters of all steps of an image: each repeats the variables of those before it. */
    private static final int MOST_TEXT = 4 * 1024 * 1024;

    private final Catalog catalog;
    private final EntryReads table;
    private final EntryWrites writes;
    private final TakenBack takenBack;
    private final Judgement judgement;
    private final CacheProperties properties;
    private final Clock clock;

    DerivedEntries(
            Catalog catalog,
            EntryReads table,
            EntryWrites writes,
            TakenBack takenBack,
            Judgement judgement,
            CacheProperties properties,
            Clock clock) {
        this.catalog = catalog;
        this.table = table;
        this.writes = writes;
        this.takenBack = takenBack;
        this.judgement = judgement;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * What the history tells of an image's commands; nothing where its configuration says what no step can be.
     *
     * @param chains the stacks that its layers make, from scratch on
     * @param known configurations of images that it may stand on
     */
    List<EntryWrites.NewEntry> of(
            long repositoryId, BaseImages.Image image, List<Optional<ChainId>> chains, List<ImageConfig> known) {
        Optional<Platform> platform = image.config().platform();
        List<HistoryReplay.Command> commands = platform.flatMap(some -> HistoryReplay.of(image.config(), known))
                .orElse(List.of());
        List<EntryWrites.NewEntry> entries = new ArrayList<>();
        long text = 0;
        for (HistoryReplay.Command command : commands) {
            if (LayerFormat.of(image.layers().get(command.layer()).mediaType()).isEmpty()) {
                continue; // nobody could verify it
            }
            try {
                EntryWrites.NewEntry entry = entry(repositoryId, image, platform.orElseThrow(), chains, command);
                int length = entry.step().canonical().length();
                text += length;
                if (text > MOST_TEXT) {
                    break;
                }
                if (length <= LONGEST_STEP) {
                    entries.add(entry);
                }
            } catch (RegistryException e) {
                return List.of(); // not every text can be part of a step
            }
        }
        return entries;
    }

    private EntryWrites.NewEntry entry(
            long repositoryId,
            BaseImages.Image image,
            Platform platform,
            List<Optional<ChainId>> chains,
            HistoryReplay.Command command) {
        var layer = image.layers().get(command.layer());
        Step step = new Step(
                platform,
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
                Optional.of(new Layer(
                        layer.mediaType(),
                        layer.digest(),
                        layer.size(),
                        LayerAnnotations.asFarAsKept(layer.annotations()))),
                Optional.of(image.config().diffIds().get(command.layer())),
                chains.get(command.layer() + 1),
                0,
                "",
                command.hint() ? EntrySource.HINT : EntrySource.DERIVED,
                EntryState.UNVERIFIED,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    /** Writes entries, each in the place of nothing or of one that cannot be served. */
    @Transactional
    @Retryable(includes = TransientDataAccessException.class, delay = 10, jitter = 10, multiplier = 4)
    void record(List<EntryWrites.NewEntry> entries) {
        entries.stream()
                .filter(entry -> catalog.lock(entry.repositoryId())) // it may be gone, with the image
                .filter(entry -> !takenBack.was(entry.repositoryId(), entry.step().key(), entry.scope()))
                .forEach(this::record);
    }

    private void record(EntryWrites.NewEntry entry) {
        List<FoundEntry> there = table.find(entry.repositoryId(), entry.step().key(), List.of(entry.scope()));
        if (there.stream().noneMatch(judgement::stands)) {
            there.forEach(dangling -> writes.delete(dangling.id()));
            writes.insert(entry);
        }
    }
}
