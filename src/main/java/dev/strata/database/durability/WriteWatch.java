package dev.strata.database.durability;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Tells of transactions that write for too long. A checkpoint waits for each that is under way, and all that begin later
 * wait for the checkpoint: one of two seconds is a pause of two seconds for everyone.
 */
@Component
public final class WriteWatch implements MeterBinder {

    private static final Logger log = LoggerFactory.getLogger(WriteWatch.class);

    /** How long a transaction may take that writes. */
    static final Duration LONGEST = Duration.ofMillis(200);

    /** Of the transaction on this thread; JDBC tells of statements without telling of whom. */
    private static final ThreadLocal<@Nullable Watched> CURRENT = new ThreadLocal<>();

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final LongAdder atWork = new LongAdder();
    private final LongAdder waiting = new LongAdder();

    /** A transaction under way. */
    static final class Watched {

        private final String name;
        private final long began;
        private final long worked;
        private int statements;

        private Watched(String name, long began, long worked) {
            this.name = name;
            this.began = began;
            this.worked = worked;
        }
    }

    /** @param name what the transaction is for */
    Watched begin(String name) {
        Watched watched = new Watched(name, System.nanoTime(), threads.getCurrentThreadCpuTime());
        CURRENT.set(watched);
        return watched;
    }

    /** The transaction on this thread, where there is one, runs a statement. */
    public static void countStatement() {
        Watched watched = CURRENT.get();
        if (watched != null) {
            watched.statements++;
        }
    }

    void end(Watched watched) {
        CURRENT.remove();
        Duration took = Duration.ofNanos(System.nanoTime() - watched.began);
        if (took.compareTo(LONGEST) <= 0) {
            return;
        }
        Duration worked = Duration.ofNanos(threads.getCurrentThreadCpuTime() - watched.worked);
        (worked.compareTo(LONGEST) > 0 ? atWork : waiting).increment();
        log.warn(
                "A transaction that writes took long, to {}: {} ms with {} statements, {} ms of it at work",
                watched.name,
                took.toMillis(),
                watched.statements,
                worked.toMillis());
    }

    @Override
    public void bindTo(MeterRegistry meters) {
        bind(meters, "work", atWork);
        bind(meters, "waiting", waiting);
    }

    private static void bind(MeterRegistry meters, String spent, LongAdder count) {
        FunctionCounter.builder("strata.database.long.writes", count, LongAdder::sum)
                .description("Transactions that wrote for more than 200 ms, by what they spent most of it on")
                .tag("spent", spent)
                .register(meters);
    }
}
