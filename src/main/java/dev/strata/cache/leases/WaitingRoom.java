package dev.strata.cache.leases;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.strata.cache.CacheProperties;
import dev.strata.database.DatabaseKind;
import dev.strata.database.replicas.Signals;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Where requests wait for what others do: no more of them than may, since each keeps a thread. What others do in another
 * process is looked at now and then, and as soon as that one says so.
 */
@Component
class WaitingRoom {

    private static final String TOPIC = "cache";
    /** Between two looks at what other processes may have done. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final int most;
    private final long longestSleep;
    private final Signals signals;
    private final Ticker ticker;

    // All guarded by this.
    private int waiting;
    private long changes;
    private boolean closed;

    WaitingRoom(CacheProperties properties, DatabaseKind database, Signals signals, Ticker ticker) {
        this.most = properties.maxWaiting();
        this.longestSleep = database.isShared() ? PATIENCE.toNanos() : Long.MAX_VALUE;
        this.signals = signals;
        signals.listen(TOPIC, this::lookAgain);
        this.ticker = ticker;
    }

    /**
     * Waits until there is nothing to wait for any more, or until then.
     *
     * @param next when what is waited for changes by itself, by the ticker; empty when there is nothing to wait for.
     *     It is asked again with each change
     * @return whether there is nothing to wait for any more
     */
    boolean await(long deadline, Supplier<Optional<Long>> next) throws InterruptedException {
        if (!enter()) {
            return next.get().isEmpty();
        }
        try {
            while (true) {
                long seen = changes(); // before the look, or a change right after it would be missed
                Optional<Long> changesAt = next.get();
                if (changesAt.isEmpty()) {
                    return true;
                }
                if (!sleep(seen, Math.min(deadline - ticker.read(), changesAt.get() - ticker.read()))
                        || deadline - ticker.read() <= 0) {
                    return next.get().isEmpty();
                }
            }
        } finally {
            leave();
        }
    }

    /** Whether nobody else may wait. */
    synchronized boolean isFull() {
        return closed || waiting >= most;
    }

    private synchronized boolean enter() {
        if (isFull()) {
            return false;
        }
        waiting++;
        return true;
    }

    private synchronized void leave() {
        waiting--;
    }

    private synchronized long changes() {
        return changes;
    }

    /** Says whether to look again. */
    private synchronized boolean sleep(long seen, long nanos) throws InterruptedException {
        if (!closed && changes == seen) {
            long longest = Math.min(nanos, longestSleep);
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(longest, TimeUnit.MILLISECONDS.toNanos(1)));
        }
        return !closed;
    }

    /** Something changed that somebody may wait for. */
    void changed() {
        lookAgain();
        signals.send(TOPIC);
    }

    private synchronized void lookAgain() {
        changes++;
        notifyAll();
    }

    /** Lets all go before the server stops. */
    @EventListener(ContextClosedEvent.class)
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
