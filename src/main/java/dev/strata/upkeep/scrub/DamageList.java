package dev.strata.upkeep.scrub;

import dev.strata.database.DatabaseKind;
import dev.strata.oci.Digest;
import dev.strata.registry.events.BlobLinked;
import dev.strata.registry.events.ManifestPushed;
import dev.strata.storage.BlobLost;
import dev.strata.storage.BlobStore;
import dev.strata.storage.StoredBlob;
import dev.strata.storage.directory.BrokenFiles;
import dev.strata.storage.directory.BrokenFiles.BrokenFile;
import dev.strata.upkeep.scrub.Damage.Kind;
import dev.strata.upkeep.scrub.Damage.What;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Service;

/** What is damaged at the moment, whoever found it. A push of it takes it off the list in its own transaction. */
@Service
class DamageList {

    private static final Logger log = LoggerFactory.getLogger(DamageList.class);

    private final DamageTable table;
    private final ScrubbedRows rows;
    private final BlobStore store;
    private final BrokenFiles broken;
    private final Clock clock;
    /** Files in broken/ that were looked at. */
    private final Set<String> seen = new HashSet<>();
    /** Others may find some at any time. */
    private final boolean isShared;
    /** Pushes ask the table only where there may be some. */
    private volatile boolean mayBeAny = true;

    private volatile long count;

    DamageList(
            DamageTable table,
            ScrubbedRows rows,
            BlobStore store,
            BrokenFiles broken,
            DatabaseKind database,
            Clock clock,
            MeterRegistry meters) {
        this.isShared = database.isShared();
        this.table = table;
        this.rows = rows;
        this.store = store;
        this.broken = broken;
        this.clock = clock;
        Gauge.builder("strata.upkeep.damaged", this, list -> list.count)
                .description("Blobs and manifests that are damaged and wait for somebody who pushes them again")
                .register(meters);
    }

    /** Says whether it was not known. */
    boolean note(Digest digest, What what, Kind kind, long size) {
        mayBeAny = true; // before a push could ask in vain
        boolean isNew = table.note(new Damage(digest, what, kind, size, clock.instant()));
        count = table.count();
        return isNew;
    }

    /** How much there is. */
    long count() {
        return count;
    }

    List<Damage> list(byte[] after, int limit) {
        return table.list(after, limit);
    }

    List<String> someRepositories(Damage damage) {
        return table.someRepositories(damage);
    }

    @EventListener
    void on(BlobLost lost) {
        StoredBlob blob = lost.blob();
        if (rows.blob(blob.digest()).equals(Optional.of(blob))) {
            note(blob.digest(), What.BLOB, lost.isMissing() ? Kind.MISSING : Kind.BROKEN, blob.size());
        }
    }

    @EventListener
    void on(BlobLinked pushed) {
        if (mayBeAny && pushed.isSent() && table.heal(pushed.digest())) {
            log.info("{} is whole again: it was pushed", pushed.digest());
        }
    }

    @EventListener
    void on(ManifestPushed pushed) {
        if (mayBeAny && pushed.stored() && table.heal(pushed.digest())) {
            log.info("{} is whole again: it was pushed", pushed.digest());
        }
    }

    /** Pulls set aside what is plainly broken, and may end before anybody can note it. */
    @Scheduled(fixedDelayString = "PT30S", initialDelayString = "PT5S")
    void look() throws IOException {
        for (BrokenFile file : broken.list()) {
            if (seen.add(file.name())) {
                noteIfMissing(file.digest());
            }
        }
        if (mayBeAny) {
            table.forgetUnknown();
            count = table.count();
            mayBeAny = isShared || count > 0;
        }
    }

    private void noteIfMissing(Digest digest) throws IOException {
        var blob = rows.blob(digest);
        if (blob.isPresent() && store.find(blob.get()).isEmpty()) {
            note(digest, What.BLOB, Kind.BROKEN, blob.get().size());
        }
    }
}
