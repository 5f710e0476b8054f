package dev.strata.savings.quotas;

import dev.strata.access.rules.Allowance;
import dev.strata.access.rights.Glob;
import dev.strata.access.rules.Quota;
import dev.strata.access.rules.Quotas;
import dev.strata.access.rules.QuotaUses;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.BlobLinked;
import dev.strata.registry.ManifestPushed;
import dev.strata.savings.counted.CountedObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Holds pushes to the quotas. What is used is known in memory: the figures are counted again and again in the background,
 * in small pieces, and what is taken meanwhile is added. Other processes on the same database learn of it by their next
 * count; a quota that was not counted yet has only what was taken since it is there.
 */
@Component
class CountedAllowance implements Allowance, QuotaUses {

    /** Between two counts. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final Quotas quotas;
    private final HoldingPages pages;
    private final Clock clock;
    /** By which repositories: what they have is the same when they may have more. */
    private final Map<List<Glob>, QuotaUse> uses = new ConcurrentHashMap<>();
    private @Nullable QuotaCount count; // guarded by this
    private Instant due = Instant.EPOCH; // guarded by this

    CountedAllowance(Quotas quotas, HoldingPages pages, Clock clock) {
        this.quotas = quotas;
        this.pages = pages;
        this.clock = clock;
    }

    @Override
    public void require(RepositoryName repository, long needed) {
        for (Quota quota : of(repository)) {
            long used = use(quota.on()).bytes();
            // Also where it is not known how many bytes come: there is at least one.
            if (Math.max(1, needed) > quota.bytes() - used) {
                throw new RegistryException(
                        Problem.QUOTA_EXCEEDED,
                        "the quota is used up: " + used + " of " + quota.bytes() + " bytes, and " + needed + " more are needed",
                        Map.of(
                                "name", repository.value(),
                                "rule", quota.toString(),
                                "limit", quota.bytes(),
                                "used", used,
                                "needed", needed));
            }
        }
    }

    @Override
    public Use of(Quota quota) {
        QuotaUse use = uses.get(quota.on());
        return use == null ? new Use(0, Optional.empty()) : use.use();
    }

    private List<Quota> of(RepositoryName repository) {
        return quotas.all().stream()
                .filter(quota -> quota.includes(repository.value()))
                .toList();
    }

    private QuotaUse use(List<Glob> on) {
        return uses.computeIfAbsent(on, fresh -> new QuotaUse());
    }

    /** A blob that another repository of the quota has is counted already. Of very many, only some are looked at. */
    @EventListener
    void on(BlobLinked event) {
        List<Quota> concerned = event.linked() ? of(event.repository()) : List.of();
        if (!concerned.isEmpty() && !event.stored()) {
            List<String> others = pages.someOthersThatHave(event.blobId(), event.repositoryId());
            concerned = concerned.stream()
                    .filter(quota -> others.stream().noneMatch(quota::includes))
                    .toList();
        }
        addLater(concerned, CountedObject.ofBlob(event.blobId()), event.size());
    }

    @EventListener
    void on(ManifestPushed event) {
        List<Quota> concerned = event.linked() ? of(event.repository()) : List.of();
        addLater(concerned, CountedObject.ofManifest(event.manifestId()), event.content().length);
    }

    private void addLater(List<Quota> concerned, long objectId, long bytes) {
        List<QuotaUse> changed = concerned.stream().map(Quota::on).distinct().map(this::use).toList();
        if (changed.isEmpty()) {
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                changed.forEach(use -> use.add(objectId, bytes));
            }
        });
    }

    /** Counts a piece, if one is due. */
    @Scheduled(fixedDelayString = "PT0.2S", initialDelayString = "PT1S")
    synchronized void countSome() {
        List<Quota> current = quotas.all();
        if (current.isEmpty()) {
            uses.clear();
            count = null;
        } else if (count == null || !count.quotas().equals(current)) {
            begin(current);
        } else if (!clock.instant().isBefore(due) && count.isDoneAfterNext()) {
            count.end(clock.instant());
            begin(current);
            due = clock.instant().plus(PAUSE);
        }
    }

    private void begin(List<Quota> current) {
        uses.keySet().retainAll(current.stream().map(Quota::on).collect(Collectors.toSet()));
        List<QuotaUse> all = current.stream().map(quota -> use(quota.on())).toList();
        all.forEach(QuotaUse::begin);
        count = new QuotaCount(pages, current, all);
        due = Instant.EPOCH; // what is new is counted at once
    }
}
