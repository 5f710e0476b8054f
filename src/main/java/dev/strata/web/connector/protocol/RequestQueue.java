package dev.strata.web.connector.protocol;

import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tomcat.util.threads.RetryableQueue;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for a thread. Those of clients that were served before on the same connection come first, but for
 * every fourth turn: who opens very many connections holds up other newcomers, and not those who are at work. Of newcomers
 * the eldest is next, until there are very many. Then the newest is, every other time: the clients of the eldest may have
 * given up, and if all waited for their turn, all would wait for too long.
 */
@SuppressWarnings("serial") // nobody writes it
final class RequestQueue extends LinkedBlockingQueue<Runnable> implements RetryableQueue<Runnable> {

    private static final int MANY = 64;
    private static final int TURNS_OF_NEWCOMERS = 4;
    /** Stands in the queue itself for one request, wherever that is. */
    private static final Runnable TICKET = () -> {};

    private final Queue<Runnable> known = new ConcurrentLinkedQueue<>();
    private final Deque<Runnable> newcomers = new ConcurrentLinkedDeque<>();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger newcomersTaken = new AtomicInteger();
    private @Nullable ThreadPoolExecutor threads;

    /** A request whose connection is known. */
    interface Request extends Runnable {

        /** Whether another one of this connection was served before. */
        boolean isOfKnownClient();
    }

    void serve(ThreadPoolExecutor executor) {
        threads = executor;
    }

    /** Refuses a request for which there may be a thread more: then the executor starts it. */
    @Override
    public boolean offer(Runnable request) {
        ThreadPoolExecutor executor = threads;
        if (executor != null
                && executor.getPoolSize() < executor.getMaximumPoolSize()
                && executor.getSubmittedCount() > executor.getPoolSize()) {
            return false;
        }
        return force(request);
    }

    @Override
    public boolean force(Runnable request) {
        boolean isKnown = request instanceof Request connected && connected.isOfKnownClient();
        (isKnown ? known : newcomers).add(request);
        return super.offer(TICKET);
    }

    @Override
    public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
        return super.poll(timeout, unit) == null ? null : next();
    }

    @Override
    public Runnable take() throws InterruptedException {
        super.take();
        return next();
    }

    /** Whoever has a ticket finds a request: each is there before its ticket is. */
    private Runnable next() {
        boolean isTurnOfNewcomers = turns.incrementAndGet() % TURNS_OF_NEWCOMERS == 0;
        while (true) {
            Runnable next = isTurnOfNewcomers ? newcomer() : known.poll();
            if (next == null) {
                next = isTurnOfNewcomers ? known.poll() : newcomer();
            }
            if (next != null) {
                return next;
            }
        }
    }

    private @Nullable Runnable newcomer() {
        boolean isTurnOfNewest = size() > MANY && newcomersTaken.incrementAndGet() % 2 == 0;
        return isTurnOfNewest ? newcomers.pollLast() : newcomers.pollFirst();
    }
}
