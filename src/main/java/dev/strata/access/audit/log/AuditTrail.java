package dev.strata.access.audit.log;

import dev.strata.access.audit.AuditEvent;
import dev.strata.access.callers.Caller;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes events, logs each as a line of JSON, and writes them to the database in batches a second later. What comes while
 * very many wait is logged, counted and not written: a request never waits for the log.
 */
@Component
class AuditTrail implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger("strata.audit");

    private static final int MOST_WAITING = 20_000;
    private static final int AT_ONCE = 500;

    /** What others wrote is in it: whatever is no plain character is escaped, so that a line stays one. */
    private static final JsonMapper LINE =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final BlockingQueue<KeptEvent> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AuditTable table;
    private final AuditProperties properties;
    private final Clock clock;
    private final Counter dropped;
    private volatile boolean running;

    AuditTrail(AuditTable table, AuditProperties properties, Clock clock, MeterRegistry meters) {
        this.table = table;
        this.properties = properties;
        this.clock = clock;
        this.dropped = Counter.builder("strata.access.audit.dropped")
                .description("Events that are in the log and not in the database, since very many came at once")
                .register(meters);
    }

    /** Whoever tells of it goes on at once. */
    @EventListener
    void take(AuditEvent event) {
        KeptEvent kept = new KeptEvent(
                0,
                event.at().truncatedTo(ChronoUnit.MICROS),
                event.what(),
                who(event.caller()),
                event.address(),
                event.subject(),
                new TreeMap<>(event.detail()));
        if (log.isInfoEnabled()) {
            log.info(LINE.writeValueAsString(kept));
        }
        if (!waiting.offer(kept)) {
            dropped.increment();
        }
    }

    private static String who(Caller caller) {
        return switch (caller.kind()) {
            case ANYBODY, ANONYMOUS -> "anonymous";
            case WORKLOAD -> "issuer:" + caller.issuer() + " " + caller.name();
            case ACCOUNT, PERSON, ROBOT, CERTIFICATE, DIRECTORY -> caller.kind().name().toLowerCase(Locale.ROOT) + ":" + caller.name();
        };
    }

    @Scheduled(fixedDelayString = "PT1S")
    synchronized void write() {
        List<KeptEvent> batch = new ArrayList<>(AT_ONCE);
        while (waiting.drainTo(batch, AT_ONCE) > 0) {
            try {
                table.insert(batch);
            } catch (DataAccessException | TransactionException e) {
                dropped.increment(batch.size());
                LoggerFactory.getLogger(AuditTrail.class).error("{} audit events are not written", batch.size(), e);
            }
            batch.clear();
        }
    }

    @Scheduled(fixedDelayString = "PT10M", initialDelayString = "PT1M")
    void forget() {
        int gone;
        do {
            gone = table.deleteBefore(clock.instant().minus(properties.auditRetention()), AT_ONCE);
        } while (gone == AT_ONCE);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        write();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the last request, before the database. */
    @Override
    public int getPhase() {
        return 0;
    }
}
