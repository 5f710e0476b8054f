package dev.strata.cache.lifecycle;

import dev.strata.cache.CacheProperties;
import dev.strata.cache.contents.ContentLists;
import dev.strata.cache.entries.EntryLifecycle;
import dev.strata.cache.entries.EntryState;
import dev.strata.cache.uses.Uses;
import dev.strata.database.replicas.Claims;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lets entries go: those that nobody used for long, and beyond the budget those that save the least time for their
 * bytes. What was used within the last hour stays, since an agent may work with it. Uses are written before it is
 * looked for what can go, and what was used between that and its end comes back with the next uses that are written.
 */
@Component
class Eviction {

    private static final String CLAIM = "cache-eviction";
    private static final Logger log = LoggerFactory.getLogger(Eviction.class);
    private static final int AT_ONCE = 500;
    /** How long it can be told why an entry is gone. */
    private static final Duration REMEMBERED = Duration.ofDays(7);
    private static final List<EntryState> REASONS = List.of(
            EntryState.EXPIRED, EntryState.EVICTED, EntryState.INCOMPLETE, EntryState.QUARANTINED);
    /** How long uses are counted. */
    private static final Duration COUNTED = Duration.ofDays(400);

    private final EntryLifecycle table;
    private final HeldLayers layers;
    private final ContentLists contents;
    private final Uses uses;
    private final CacheProperties properties;
    private final Claims claims;
    private final Clock clock;

    Eviction(
            EntryLifecycle table,
            HeldLayers layers,
            ContentLists contents,
            Uses uses,
            CacheProperties properties,
            Claims claims,
            Clock clock) {
        this.table = table;
        this.layers = layers;
        this.contents = contents;
        this.uses = uses;
        this.properties = properties;
        this.claims = claims;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    void run() {
        if (!claims.has(CLAIM)) {
            return; // each would evict as much
        }
        expire();
        keepBudgets();
        forget();
    }

    void expire() {
        Instant before = clock.instant().minus(properties.ttl());
        for (EntryState state : List.of(EntryState.UNVERIFIED, EntryState.VERIFIED)) {
            List<EntryLifecycle.Idle> idle;
            do {
                uses.flush();
                idle = table.idle(state, before, AT_ONCE);
                for (EntryLifecycle.Idle entry : idle) {
                    if (table.expire(entry.id(), before)) {
                        uses.event(entry.repositoryId(), entry.scope(), "expired", 0);
                    }
                }
            } while (!idle.isEmpty());
        }
    }

    void keepBudgets() {
        long last = 0;
        List<Long> repositories;
        do {
            repositories = table.repositories(last, AT_ONCE);
            for (long repositoryId : repositories) {
                keepBudget(repositoryId);
                last = repositoryId;
            }
        } while (repositories.size() == AT_ONCE);
    }

    private void keepBudget(long repositoryId) {
        long evicted;
        do {
            Instant before = clock.instant().minus(CacheProperties.KEPT);
            uses.flush();
            HeldLayers.Found found = layers.find(repositoryId, before);
            long over = found.bytes() - properties.budget().toBytes();
            evicted = evict(repositoryId, found.cheapest(), over, before);
            if (evicted < over && found.cheapest().isEmpty()) {
                log.info("The cache of repository {} is {} bytes over its budget with what is in use", repositoryId, over);
            }
        } while (evicted > 0);
    }

    /** Evicts layers until so many bytes are free, and says how many are. */
    private long evict(long repositoryId, List<HeldLayers.Held> cheapest, long over, Instant before) {
        long freed = 0;
        for (HeldLayers.Held layer : cheapest) {
            if (freed >= over) {
                break;
            }
            if (evict(repositoryId, layer, before)) {
                uses.event(repositoryId, properties.defaultScope(), "evicted", layer.bytes());
                freed += layer.bytes();
            }
        }
        return freed;
    }

    private boolean evict(long repositoryId, HeldLayers.Held layer, Instant before) {
        boolean any = false;
        int evicted;
        do {
            evicted = table.evict(repositoryId, layer.blobId(), before, AT_ONCE);
            any |= evicted > 0;
        } while (evicted == AT_ONCE);
        return any;
    }

    private void forget() {
        Instant before = clock.instant().minus(REMEMBERED);
        for (EntryState state : REASONS) {
            List<EntryLifecycle.Idle> gone;
            do {
                gone = table.idle(state, before.minus(properties.ttl()), AT_ONCE);
                gone.forEach(entry -> table.delete(entry.id()));
            } while (!gone.isEmpty());
        }
        contents.forget(AT_ONCE);
        uses.forget(clock.instant().minus(COUNTED));
    }
}
