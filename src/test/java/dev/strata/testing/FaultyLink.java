package dev.strata.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The network between a process and a server on this machine. It carries bytes, and knows no protocol. */
public final class FaultyLink implements AutoCloseable {

    private static final int PIECE = 8 * 1024;

    private enum State {
        WELL,
        /** Connections are reset, those that begin and those that were there. */
        CUT,
        /** No byte arrives any more, and no end of a connection either. What is under way arrives once it is well again. */
        SILENT,
        /** Each piece of bytes is late. */
        SLOW,
        /** Each connection is reset within its next answers. */
        SHORT
    }

    private final ServerSocket entrance;
    private final String host;
    private final int port;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();
    private final SplittableRandom random; // guarded by this
    private State state = State.WELL; // guarded by this
    private Duration delay = Duration.ZERO; // guarded by this
    private int longestAnswer; // guarded by this

    private FaultyLink(ServerSocket entrance, String host, int port, long seed) {
        this.entrance = entrance;
        this.host = host;
        this.port = port;
        this.random = new SplittableRandom(seed);
    }

    /** @param seed of where answers are cut */
    public static FaultyLink to(String host, int port, long seed) throws IOException {
        FaultyLink link = new FaultyLink(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), host, port, seed);
        Thread.ofVirtual().start(link::accept);
        return link;
    }

    public int port() {
        return entrance.getLocalPort();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** From now on all connections are reset. */
    public void cut() {
        turn(State.CUT);
        connections.forEach(Connection::reset);
    }

    /** From now on nothing passes, and nobody is told. */
    public void silence() {
        turn(State.SILENT);
    }

    /** From now on each piece of bytes takes so much longer. */
    public synchronized void slow(Duration each) {
        delay = each;
        turn(State.SLOW);
    }

    /** From now on each connection is reset before it has carried so many more bytes of answers. */
    public synchronized void shorten(int bytes) {
        longestAnswer = bytes;
        connections.forEach(Connection::limit);
        turn(State.SHORT);
    }

    /** From now on all is well. Connections that were not reset go on. */
    public void heal() {
        turn(State.WELL);
    }

    private synchronized void turn(State next) {
        state = next;
        notifyAll();
    }

    /** How many connections were reset within an answer. */
    public int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (true) {
            try {
                Socket client = entrance.accept();
                Thread.ofVirtual().start(() -> carry(client));
            } catch (IOException e) {
                return; // it was closed
            }
        }
    }

    private void carry(Socket client) {
        try {
            Connection connection = new Connection(client, new Socket(host, port));
            connections.add(connection);
            connection.begin();
        } catch (IOException e) {
            close(client); // nobody listens there
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("A connection that cannot even be closed", e);
        }
    }

    /** Waits while nothing passes, and as long as it is late. */
    private void awaitPassing() throws InterruptedException {
        Duration late;
        synchronized (this) {
            while (state == State.SILENT) {
                wait();
            }
            late = state == State.SLOW ? delay : Duration.ZERO;
        }
        if (late.isPositive()) {
            LockSupport.parkNanos(late.toNanos());
        }
    }

    /** Between a client and the server, until one of them ends it. */
    private final class Connection {

        private final Socket client;
        private final Socket server;
        private int left; // guarded by the link

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void begin() {
            boolean isCut;
            synchronized (FaultyLink.this) {
                isCut = state == State.CUT;
                if (state == State.SHORT) {
                    limit();
                }
            }
            if (isCut) {
                reset();
                return;
            }
            Thread.ofVirtual().start(() -> pass(client, server, false));
            Thread.ofVirtual().start(() -> pass(server, client, true));
        }

        void limit() {
            synchronized (FaultyLink.this) {
                left = random.nextInt(longestAnswer);
            }
        }

        private void pass(Socket from, Socket to, boolean isAnswer) {
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                byte[] piece = new byte[PIECE];
                for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                    awaitPassing();
                    int carried = isAnswer ? take(count) : count;
                    out.write(piece, 0, carried);
                    if (carried < count) {
                        cuts.incrementAndGet();
                        reset();
                        return;
                    }
                }
                awaitPassing();
            } catch (IOException e) {
                // One end is gone, and the other goes with it.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            end();
        }

        private int take(int count) {
            synchronized (FaultyLink.this) {
                if (state != State.SHORT) {
                    return count;
                }
                int taken = Math.min(count, left);
                left -= taken;
                return taken;
            }
        }

        /** As the network does it: both ends are told at once, and lose what is under way. */
        void reset() {
            try {
                client.setSoLinger(true, 0);
                server.setSoLinger(true, 0);
            } catch (IOException e) {
                // It is closed already.
            }
            end();
        }

        void end() {
            connections.remove(this);
            FaultyLink.close(client);
            FaultyLink.close(server);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        heal();
        connections.forEach(Connection::end);
    }
}
