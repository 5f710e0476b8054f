package dev.strata.memory;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The part of the heap that clients can fill. Whatever takes memory by a client's choice takes its share here first, and
 * waits while there is no room.
 *
 * <p>Shares are taken side by side from one part of the budget. The rest is kept for a single thread at a time, the one
 * that waits when that part is full or asks for more than it holds. So what has begun always ends: threads that hold some
 * memory and need more cannot wait for each other, and a document that is larger than all the room waits until no other
 * of its size is under way.
 */
@Component
public final class MemoryBudget {

    /** An eighth of the heap is shared; 24 MB of the default heap. */
    private static final int SHARED_PART = 8;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    /** Each keeps a thread. Who comes beyond them is refused at once, and comes again. */
    private static final int MOST_WAITING = 64;
    /** What is smaller than this part of the shared one is small; 24 KB with the default heap. */
    private static final int SMALL_PART = 1024;
    /** So much more is there for what is small, which large things must not hold up. */
    private static final int RESERVE_PART = 8;

    private final long shared;
    private final Duration longestWait;
    private final Counter refused;
    /** Fair: whoever waits longest is the next that may go alone. */
    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition givenBack = lock.newCondition();
    private long taken;
    private int waiting;
    /** The thread that goes beyond the shared part, and how many shares it got there. */
    private @Nullable Thread alone;
    private int sharesAlone;
    private volatile long takenAlone;

    @Autowired
    MemoryBudget(MeterRegistry meters) {
        this(Runtime.getRuntime().maxMemory() / SHARED_PART, LONGEST_WAIT, meters);
    }

    /** @param shared how many bytes may be taken side by side */
    public MemoryBudget(long shared, Duration longestWait, MeterRegistry meters) {
        this.shared = shared;
        this.longestWait = longestWait;
        this.refused = Counter.builder("strata.memory.refused")
                .description("Requests that were answered 429 because others held too much memory for too long")
                .register(meters);
        Gauge.builder("strata.memory.taken", this, MemoryBudget::taken)
                .description("Memory that requests and background work hold at the moment")
                .baseUnit("bytes")
                .register(meters);
    }

    /**
     * Takes memory before it is used; at most ten seconds pass until there is room.
     *
     * @param bytes how much memory it takes, not how long the document is
     * @param what it is for, as messages say it: "manifests", "reports"
     * @return the share, to be closed when the memory is free again
     * @throws RegistryException CONTENDED where others hold too much for too long
     */
    public Share take(long bytes, String what) {
        Share share = new Share(what);
        share.grow(bytes);
        return share;
    }

    /** Counts that something got no room, and says so. */
    RegistryException refused(String what, long bytes) {
        refused.increment();
        return new RegistryException(
                Problem.CONTENDED, "there are too many " + what + " at once", Map.of("bytes", bytes));
    }

    /** How many bytes can be taken without being alone. Who can do with less should ask for no more. */
    public long shared() {
        return shared;
    }

    /** How many bytes are taken. */
    public long taken() {
        lock.lock();
        try {
            return taken + takenAlone;
        } finally {
            lock.unlock();
        }
    }

    /** Memory that was taken. It is closed once; further times do nothing. Any thread may do so. */
    public final class Share implements AutoCloseable {

        private final String what;
        private long side;
        private long beyond;

        private Share(String what) {
            this.what = what;
        }

        /**
         * Takes more.
         *
         * @throws RegistryException CONTENDED; the share keeps what it had
         */
        public void grow(long bytes) {
            if (bytes <= 0) {
                return;
            }
            lock.lock();
            try {
                long left = longestWait.toNanos();
                while (!tryGrow(bytes)) {
                    if (left <= 0 || waiting >= MOST_WAITING) {
                        throw refused(what, bytes);
                    }
                    left = await(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw refused(what, bytes);
            } finally {
                lock.unlock();
            }
        }

        private long await(long nanos) throws InterruptedException {
            waiting++;
            try {
                return givenBack.awaitNanos(nanos);
            } finally {
                waiting--;
            }
        }

        private boolean tryGrow(long bytes) {
            long room = bytes <= shared / SMALL_PART ? shared + shared / RESERVE_PART : shared;
            if (bytes <= room - taken) {
                taken += bytes;
                side += bytes;
                return true;
            }
            if (alone != null && alone != Thread.currentThread()) {
                return false;
            }
            alone = Thread.currentThread();
            if (beyond == 0) {
                sharesAlone++;
            }
            beyond += bytes;
            takenAlone += bytes;
            return true;
        }

        /** Gives back all but so many bytes; where it is fewer already, it stays as it is. */
        public void shrinkTo(long bytes) {
            lock.lock();
            try {
                long fromBeyond = Math.min(beyond, Math.max(0, side + beyond - bytes));
                long fromSide = Math.max(0, side + beyond - fromBeyond - bytes);
                giveBack(fromSide, fromBeyond);
            } finally {
                lock.unlock();
            }
        }

        private void giveBack(long fromSide, long fromBeyond) {
            taken -= fromSide;
            takenAlone -= fromBeyond;
            if (beyond > 0 && beyond == fromBeyond && --sharesAlone == 0) {
                alone = null;
            }
            side -= fromSide;
            beyond -= fromBeyond;
            if (fromSide > 0 || fromBeyond > 0) {
                givenBack.signalAll();
            }
        }

        /** How many bytes this is. */
        public long bytes() {
            lock.lock();
            try {
                return side + beyond;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                giveBack(side, beyond);
            } finally {
                lock.unlock();
            }
        }
    }
}
