package dev.strata.memory;

import dev.strata.problem.Problem;
import dev.strata.problem.RegistryException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final Duration BETWEEN_DROPS = Duration.ofSeconds(1);
    /** Each keeps a thread. Who comes beyond them is refused at once, and comes again. */
    private static final int MOST_WAITING = 48;
    /** What is smaller than this part of the shared one is small; 24 KB with the default heap. */
    private static final int SMALL_PART = 1024;
    /** So much more is there for what is small, which large things must not hold up. */
    private static final int RESERVE_PART = 8;

    private final long shared;
    private final Duration longestWait;
    private final Counter refused;
    /**
     * Not fair, since hundreds of threads give back at the same time: none of them is to wait for its turn. Those who wait
     * for memory are served in their order.
     */
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private volatile long taken;
    /** The thread that goes beyond the shared part, and how many shares it got there. */
    private @Nullable Thread alone;
    private int sharesAlone;
    private volatile long takenAlone;
    private final List<Runnable> keepers = new CopyOnWriteArrayList<>();
    private final AtomicLong lastDropped = new AtomicLong(System.nanoTime() - BETWEEN_DROPS.toNanos());

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

    /** Has this called, once a second at the most, when there is no room: it drops what is kept and can be had again. */
    public void whenShort(Runnable drop) {
        keepers.add(drop);
    }

    private void dropWhatCanBeHadAgain() {
        long now = System.nanoTime();
        long last = lastDropped.get();
        if (now - last >= BETWEEN_DROPS.toNanos() && lastDropped.compareAndSet(last, now)) {
            keepers.forEach(Runnable::run);
        }
    }

    /** Counts that something got no room, and says so. */
    public RegistryException refused(String what, long bytes) {
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

    /** A thread that waits for so many bytes. Who gives memory back gives it to those for whom there is room, and wakes no others. */
    private final class Waiter {

        private final Share share;
        private final long bytes;
        private final Thread thread = Thread.currentThread();
        private final Condition served = lock.newCondition();
        private boolean isServed;

        Waiter(Share share, long bytes) {
            this.share = share;
            this.bytes = bytes;
        }

        boolean tryServe() {
            isServed = share.tryGrow(bytes, thread);
            if (isServed) {
                served.signal();
            }
            return isServed;
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
            if (!hasRoom(bytes)) {
                dropWhatCanBeHadAgain();
            }
            lock.lock();
            try {
                if (!tryGrow(bytes, Thread.currentThread()) && (waiting.size() >= MOST_WAITING || !await(bytes))) {
                    throw refused(what, bytes);
                }
            } finally {
                lock.unlock();
            }
        }

        /**
         * Takes more where nobody waits and half of the budget stays for others, and says whether it did. For who can do with
         * something slower instead.
         */
        public boolean growIfSpare(long bytes) {
            lock.lock();
            try {
                boolean spare = waiting.isEmpty() && taken + bytes <= shared / 2;
                if (spare) {
                    taken += bytes;
                    side += bytes;
                }
                return spare;
            } finally {
                lock.unlock();
            }
        }

        private boolean await(long bytes) {
            Waiter waiter = new Waiter(this, bytes);
            waiting.add(waiter);
            try {
                long left = longestWait.toNanos();
                while (!waiter.isServed && left > 0) {
                    left = waiter.served.awaitNanos(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return waiter.isServed || !waiting.remove(waiter);
        }

        private boolean hasRoom(long bytes) {
            long room = bytes <= shared / SMALL_PART ? shared + shared / RESERVE_PART : shared;
            return bytes <= room - taken;
        }

        private boolean tryGrow(long bytes, Thread thread) {
            if (hasRoom(bytes)) {
                taken += bytes;
                side += bytes;
                return true;
            }
            if (alone != null && alone != thread) {
                return false;
            }
            alone = thread;
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
                waiting.removeIf(Waiter::tryServe);
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
