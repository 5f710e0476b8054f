package dev.strata.upkeep.retention.uses;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.strata.access.callers.Caller;
import dev.strata.access.rights.Glob;
import dev.strata.database.columns.ColumnTime;
import dev.strata.oci.Digest;
import dev.strata.oci.RepositoryName;
import dev.strata.registry.events.ManifestServed;
import dev.strata.upkeep.RetentionProperties;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Notes which manifests are pulled. A pull costs a look into memory; what is new is written some seconds later. Who pulls the
 * same again and again is noted once an hour, and once more after each plan: a plan must not remove what was pulled since.
 */
@Component
public class Pulls {

    private static final Duration PRECISION = Duration.ofHours(1);
    private static final int MOST_REMEMBERED = 50_000;
    private static final int MOST_WAITING = 50_000;
    private static final int AT_ONCE = 20;

    private record Pulled(RepositoryName repository, Digest digest) {

        /** In which processes write what they share: in one order none waits for another that waits for it. */
        private static final Comparator<Pulled> ORDER = Comparator.comparing((Pulled pulled) -> pulled.repository().value())
                .thenComparing(pulled -> pulled.digest().toString());
    }

    private final ManifestUses uses;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final List<Glob> ignoredAgents;
    private final List<Glob> ignoredCallers;
    private final Cache<Pulled, Instant> noted =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
    private final Map<Pulled, Instant> waiting = new ConcurrentHashMap<>();
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Instant lastPlan = Instant.EPOCH;

    Pulls(
            ManifestUses uses,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            RetentionProperties properties,
            Clock clock) {
        this.uses = uses;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
        this.transactions.setName("note pulls");
        this.clock = clock;
        this.ignoredAgents = properties.retentionIgnoredAgents().stream()
                .map(agent -> Glob.of(agent.toLowerCase(Locale.ROOT)))
                .toList();
        this.ignoredCallers = properties.retentionIgnoredCallers().stream().map(Glob::of).toList();
    }

    @EventListener
    void on(ManifestServed served) {
        if (isIgnored(served)) {
            return;
        }
        Pulled pulled = new Pulled(served.repository(), served.digest());
        Instant now = clock.instant();
        Instant before = noted.getIfPresent(pulled);
        boolean isKnown = before != null && before.isAfter(lastPlan) && before.plus(PRECISION).isAfter(now);
        if (!isKnown && waiting.size() < MOST_WAITING) {
            noted.put(pulled, now);
            waiting.put(pulled, now);
        }
    }

    private boolean isIgnored(ManifestServed served) {
        if (!ignoredAgents.isEmpty()) {
            String agent = served.agent().toLowerCase(Locale.ROOT);
            if (ignoredAgents.stream().anyMatch(pattern -> pattern.matches(agent))) {
                return true;
            }
        }
        Caller caller = served.caller();
        return !ignoredCallers.isEmpty()
                && ignoredCallers.stream()
                        .anyMatch(pattern ->
                                pattern.matches(caller.kind().name().toLowerCase(Locale.ROOT) + ":" + caller.name()));
    }

    /** A plan was made: whatever is pulled from then on is noted anew. Other processes hear of it within seconds. */
    public void planned(Instant time) {
        if (time.isAfter(lastPlan)) {
            lastPlan = time;
        }
    }

    /** Writes what was pulled; when this returns, all that was pulled before is written. */
    @Scheduled(fixedDelayString = "PT2S", initialDelayString = "PT2S")
    public void flush() {
        writing.lock();
        try {
            jdbc
                    .query(
                            "select made_at from retention_plan order by id desc limit 1",
                            (row, n) -> ColumnTime.read(row, 1))
                    .forEach(this::planned);
            List<Map.Entry<Pulled, Instant>> pulled = waiting.entrySet().stream()
                    .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                    .sorted(Map.Entry.comparingByKey(Pulled.ORDER))
                    .toList();
            for (int from = 0; from < pulled.size(); from += AT_ONCE) {
                List<Map.Entry<Pulled, Instant>> some = pulled.subList(from, Math.min(pulled.size(), from + AT_ONCE));
                transactions.executeWithoutResult(
                        status -> some.forEach(entry -> write(entry.getKey(), entry.getValue())));
                some.forEach(entry -> waiting.remove(entry.getKey(), entry.getValue())); // unless pulled meanwhile
            }
        } finally {
            writing.unlock();
        }
    }

    private void write(Pulled pulled, Instant time) {
        jdbc
                .query(
                "select repository_id, manifest_id from manifest_link"
                        + " where repository_id = (select r.id from repository r where r.name = ?)"
                        + " and manifest_id = (select m.id from manifest m where m.digest = ?)",
                (row, n) -> new long[] {row.getLong(1), row.getLong(2)},
                pulled.repository().value(),
                pulled.digest().bytes())
                .forEach(link -> uses.pulled(link[0], link[1], time));
    }
}
