package dev.strata.database.work;

import dev.strata.database.replicas.Claims;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Runs a thread for each kind of work, from the end of the recovery until the database closes. Of processes that share the
 * database, one works on a kind at a time.
 */
@Component
class WorkThreads implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkThreads.class);
    /** Transactions are far shorter. What is not over then computes, and may be interrupted. */
    private static final Duration LONGEST_PIECE = Duration.ofSeconds(2);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    private final List<Work> works;
    private final WorkQueue queue;
    private final WorkTable table;
    private final Attempts attempts;
    private final Claims claims;
    private final Clock clock;
    private final Map<WorkThread, Thread> threads = new LinkedHashMap<>();

    WorkThreads(
            List<Work> works,
            WorkQueue queue,
            WorkTable table,
            Attempts attempts,
            Claims claims,
            Clock clock,
            MeterRegistry meters) {
        this.works = works;
        this.queue = queue;
        this.table = table;
        this.attempts = attempts;
        this.claims = claims;
        this.clock = clock;
        for (Work work : works) {
            Tags tags = Tags.of("work", work.name());
            meters.gauge("strata.work.waiting", tags, work.name(), queue::waiting);
            meters.gauge("strata.work.set.aside", tags, work.name(), queue::setAside);
        }
    }

    @Override
    public void start() {
        for (Work work : works) {
            while (table.retryOfOtherVersions(work.name(), clock.instant()) > 0) {
                log.info("Another version of Strata set {} aside: it is tried again", work.name());
            }
            WorkThread thread = new WorkThread(work, table, attempts, claims, clock);
            queue.register(work.name(), thread::wake);
            threads.put(thread, Thread.ofPlatform().name("work-" + work.name()).daemon().start(thread));
        }
    }

    @Override
    public void stop() {
        threads.keySet().forEach(WorkThread::stop);
        try {
            join(LONGEST_PIECE);
            threads.values().forEach(Thread::interrupt);
            join(LONGEST_STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.clear();
    }

    private void join(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        for (Thread thread : threads.values()) {
            thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
    }

    @Override
    public boolean isRunning() {
        return !threads.isEmpty();
    }

    /** After the recovery, and stopped after the web server. */
    @Override
    public int getPhase() {
        return 0;
    }
}
