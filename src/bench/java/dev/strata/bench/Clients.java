package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Clients at work side by side, each a platform thread with a connection of its own that is open before the clock
 * starts. The work of a run is bounded by a limit; beyond it the connections are closed and the case fails.
 */
final class Clients {

    private static final Duration LIMIT = Duration.ofSeconds(150);

    private final List<InetSocketAddress> addresses;
    private final Duration length;
    private final Duration limit;
    private final CountDownLatch start = new CountDownLatch(1);
    private final List<Connection> connections = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private volatile Window window;
    private long amount;
    private long lastEnd;

    private Clients(List<InetSocketAddress> addresses, Duration length, Duration limit) {
        this.addresses = addresses;
        this.length = length;
        this.limit = limit;
    }

    /** What one client does; answers how much of it. */
    interface Work {
        long run(Connection connection, int client) throws IOException;
    }

    /** What one client does until a window closes; answers how much of it. */
    interface WindowedWork {
        long run(Connection connection, int client, Window window) throws IOException;
    }

    /** What all clients together did, and how long the last of them took. */
    record Throughput(long amount, Duration elapsed) {

        double perSecond() {
            return amount / seconds();
        }

        double megabytesPerSecond() {
            return perSecond() / 1e6;
        }

        double seconds() {
            return elapsed.toNanos() / 1e9;
        }
    }

    static Throughput run(InetSocketAddress address, int count, Work work) throws IOException, InterruptedException {
        return run(address, count, LIMIT, work);
    }

    /** The same, bounded by another limit. */
    static Throughput run(InetSocketAddress address, int count, Duration limit, Work work)
            throws IOException, InterruptedException {
        return new Clients(List.of(address), limit, limit).run(count, work);
    }

    /** The same for a stretch of time that begins when all clients are connected; nothing done in it is a failure. */
    static Throughput run(InetSocketAddress address, int count, Duration length, WindowedWork work)
            throws IOException, InterruptedException {
        return run(List.of(address), count, length, work);
    }

    /** The same, where clients take one of several servers in turn. */
    static Throughput run(List<InetSocketAddress> addresses, int count, Duration length, WindowedWork work)
            throws IOException, InterruptedException {
        Clients clients = new Clients(addresses, length, LIMIT);
        Throughput throughput = clients.run(count,
                (connection, client) -> work.run(connection, client, clients.window));
        if (throughput.amount() == 0) {
            throw new CaseFailedException("nothing was done within " + length);
        }
        return throughput;
    }

    private Throughput run(int count, Work work) throws IOException, InterruptedException {
        try {
            List<Thread> threads = new ArrayList<>();
            for (int client = 0; client < count; client++) {
                Connection connection = new Connection(addresses.get(client % addresses.size()));
                connections.add(connection);
                int number = client;
                threads.add(Thread.ofPlatform().name("client-" + client).daemon()
                        .start(() -> work(work, connection, number)));
            }
            long begin = System.nanoTime();
            window = new Window(length);
            start.countDown();
            await(threads, begin);
            return result(begin);
        } finally {
            closeAll();
        }
    }

    private void work(Work work, Connection connection, int client) {
        try {
            start.await();
            long done = work.run(connection, client);
            long end = System.nanoTime();
            synchronized (this) {
                amount += done;
                lastEnd = lastEnd == 0 || end - lastEnd > 0 ? end : lastEnd;
            }
        } catch (IOException | RuntimeException | InterruptedException failure) {
            synchronized (this) {
                failures.add(failure);
            }
        }
    }

    private void await(List<Thread> threads, long begin) throws IOException, InterruptedException {
        for (Thread thread : threads) {
            Duration left = limit.minusNanos(System.nanoTime() - begin);
            if (left.isNegative() || !thread.join(left)) {
                closeAll();
                throw new CaseFailedException("not finished within " + limit.toSeconds() + " seconds");
            }
        }
    }

    private synchronized Throughput result(long begin) {
        if (failures.isEmpty()) {
            return new Throughput(amount, Duration.ofNanos(lastEnd - begin));
        }
        Throwable first = failures.getFirst();
        throw new CaseFailedException(failures.size() + " client(s) failed: "
                + (first instanceof CaseFailedException ? first.getMessage() : first.toString()), first);
    }

    private void closeAll() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
