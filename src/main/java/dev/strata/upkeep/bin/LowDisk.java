package dev.strata.upkeep.bin;

import dev.strata.database.work.WorkQueue;
import dev.strata.problem.RegistryException;
import dev.strata.registry.blobs.BlobForgetting;
import dev.strata.storage.StorageKind;
import dev.strata.storage.StorageProperties;
import dev.strata.storage.StoreProperties;
import dev.strata.storage.directory.DataDirectory;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Gives up what is in the bin, the oldest first, while the disk is about to have less room than pushes must leave. What it
 * gave up is collected before it gives up more, so that it is as little as will do.
 */
@Component
public class LowDisk {

    private static final Logger log = LoggerFactory.getLogger(LowDisk.class);

    private static final int MOST_AT_ONCE = 100;

    private final BinList list;
    private final Emptying emptying;
    private final BlobForgetting forgetting;
    private final WorkQueue queue;
    private final DataDirectory directory;
    private final StorageKind kind;
    private final long wanted;
    private final Counter givenUp;
    private final Clock clock;
    private volatile Optional<GivenUp> last = Optional.empty();

    LowDisk(
            BinList list,
            Emptying emptying,
            BlobForgetting forgetting,
            WorkQueue queue,
            DataDirectory directory,
            StorageProperties properties,
            StoreProperties store,
            MeterRegistry meters,
            Clock clock) {
        this.list = list;
        this.emptying = emptying;
        this.forgetting = forgetting;
        this.queue = queue;
        this.directory = directory;
        this.kind = store.kind();
        this.clock = clock;
        // Before pushes are refused, and not when they are.
        this.wanted = properties.minFree().toBytes() / 2 * 3;
        this.givenUp = Counter.builder("strata.upkeep.given.up")
                .description("Deletions that cannot be taken back any more because the disk was nearly full")
                .register(meters);
    }

    /**
     * What was given up last for want of room.
     *
     * @param bytes about how many that were
     */
    public record GivenUp(Instant at, int items, long bytes) {}

    /** Since the start. */
    public Optional<GivenUp> lastGivenUp() {
        return last;
    }

    /** With less room than this, in bytes, the oldest is given up. */
    public long wanted() {
        return wanted;
    }

    @Scheduled(fixedDelayString = "PT5S", initialDelayString = "PT5S")
    void look() {
        if (kind != StorageKind.FILE_SYSTEM) {
            return; // it would not make room here
        }
        if (!queue.isWorkedOnHere(BinWork.NAME)) {
            return; // each would give up as much
        }
        try {
            keepFree(directory.root().toFile().getUsableSpace());
        } catch (RegistryException e) {
            log.warn("What was deleted cannot be given up now: {}", e.getMessage());
        }
    }

    /** Gives up about as much as is missing. */
    void keepFree(long usable) {
        if (usable >= wanted || forgetting.isRemovalUnderWay()) {
            return;
        }
        List<BinItem> given = new ArrayList<>();
        long bytes = 0;
        while (usable + bytes < wanted && given.size() < MOST_AT_ONCE) {
            List<BinItem> next = list.oldest(1);
            if (next.isEmpty()) {
                break;
            }
            bytes += list.bytesOnlyOf(next.getFirst());
            emptying.giveUp(next);
            given.addAll(next);
        }
        if (!given.isEmpty()) {
            givenUp.increment(given.size());
            last = Optional.of(new GivenUp(clock.instant(), given.size(), bytes));
            log.warn(
                    "The disk has {} bytes left: {} of what was deleted, of about {} bytes, cannot be taken back any more",
                    usable,
                    given.size(),
                    bytes);
        }
    }
}
