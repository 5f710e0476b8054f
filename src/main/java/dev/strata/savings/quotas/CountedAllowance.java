package dev.strata.savings.quotas;

import dev.strata.access.rights.Glob;
import dev.strata.access.rules.Allowance;
import dev.strata.access.rules.Quota;
import dev.strata.access.rules.QuotaUses;
import dev.strata.access.rules.Quotas;
import dev.strata.oci.RepositoryName;
import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import dev.strata.registry.events.BlobLinked;
import dev.strata.registry.events.BlobUnlinked;
import dev.strata.registry.events.ManifestDeleted;
import dev.strata.registry.events.ManifestPushed;
import dev.strata.savings.counted.CountedObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Holds pushes to the quotas. What is used is known in memory: the figures are counted again and again in the background,
 * in small pieces, and what is taken or goes meanwhile is added and subtracted. Other processes on the same database learn
 * of it by their next count; a quota that was not counted yet has only what was taken since it is there.
 */
@Component
class CountedAllowance implements Allowance, QuotaUses {

    /** How long a count works before it lets others work. */
    private static final Duration AT_ONCE = Duration.ofMillis(100);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);
    /** How many times as long as a count takes is the pause behind it. */
    private static final int PAUSES = 3;

    private final Quotas quotas;
    private final HoldingPages pages;
    private final OtherRepositories others;
    private final Clock clock;
    /** By which repositories: what they have is the same when they may have more. */
    private final Map<List<Glob>, QuotaUse> uses = new ConcurrentHashMap<>();
    private List<Quota> known = List.of(); // guarded by this, as all that follows
    private Optional<QuotaCount> counting = Optional.empty();
    private Instant begun = Instant.EPOCH;
    private Instant due = Instant.EPOCH;

    CountedAllowance(Quotas quotas, HoldingPages pages, OtherRepositories others, Clock clock) {
        this.quotas = quotas;
        this.pages = pages;
        this.others = others;
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

    @EventListener
    void on(BlobLinked event) {
        if (event.linked()) {
            List<Quota> concerned = of(event.repository());
            if (!concerned.isEmpty() && !event.stored()) {
                concerned = without(others.withBlob(event.blobId(), event.repositoryId()), concerned);
            }
            later(concerned, use -> use.add(CountedObject.ofBlob(event.blobId()), event.size()));
        }
    }

    @EventListener
    void on(ManifestPushed event) {
        List<Quota> concerned = event.linked() ? of(event.repository()) : List.of();
        if (!concerned.isEmpty()) {
            later(
                    without(others.withManifest(event.manifestId(), event.repositoryId()), concerned),
                    use -> use.add(CountedObject.ofManifest(event.manifestId()), event.content().length));
        }
    }

    @EventListener
    void on(BlobUnlinked event) {
        List<Quota> concerned = of(event.repository());
        if (!concerned.isEmpty()) {
            OtherRepositories.Some having = others.withBlob(event.blobId(), event.repositoryId());
            later(
                    having.areAll() ? without(having, concerned) : List.of(),
                    use -> use.remove(CountedObject.ofBlob(event.blobId()), event.size()));
        }
    }

    @EventListener
    void on(ManifestDeleted event) {
        List<Quota> concerned = of(event.repository());
        if (!concerned.isEmpty()) {
            OtherRepositories.Some having = others.withManifest(event.manifestId(), event.repositoryId());
            long size = others.sizeOfManifest(event.manifestId());
            later(
                    having.areAll() ? without(having, concerned) : List.of(),
                    use -> use.remove(CountedObject.ofManifest(event.manifestId()), size));
        }
    }

    /** What another repository of a quota has is counted already, or still. */
    private static List<Quota> without(OtherRepositories.Some having, List<Quota> concerned) {
        return concerned.stream()
                .filter(quota -> having.repositories().stream().noneMatch(quota::includes))
                .toList();
    }

    private void later(List<Quota> concerned, Consumer<QuotaUse> change) {
        List<QuotaUse> changed = concerned.stream().map(Quota::on).distinct().map(this::use).toList();
        if (changed.isEmpty()) {
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                changed.forEach(change);
            }
        });
    }

    /** Counts for a while, if a count is due. */
    @Scheduled(fixedDelayString = "PT0.2S", initialDelayString = "PT1S")
    synchronized void countSome() {
        List<Quota> current = quotas.all();
        if (current.isEmpty()) {
            uses.clear();
            counting = Optional.empty();
        } else if (!current.equals(known) || counting.isEmpty() && !clock.instant().isBefore(due)) {
            begin(current);
        }
        known = current;
        counting.filter(count -> count.isDoneAfter(AT_ONCE.toNanos())).ifPresent(this::end);
    }

    private void begin(List<Quota> current) {
        uses.keySet().retainAll(current.stream().map(Quota::on).collect(Collectors.toSet()));
        List<QuotaUse> all = current.stream().map(quota -> use(quota.on())).toList();
        all.forEach(QuotaUse::begin);
        counting = Optional.of(new QuotaCount(pages, current, all));
        begun = clock.instant();
    }

    /** The longer a count takes, the longer is the time until the next. */
    private void end(QuotaCount count) {
        Instant now = clock.instant();
        count.end(now);
        counting = Optional.empty();
        Duration pause = Duration.between(begun, now).multipliedBy(PAUSES);
        due = now.plus(pause.compareTo(SHORTEST_PAUSE) > 0 ? pause : SHORTEST_PAUSE);
    }
}
