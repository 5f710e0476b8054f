package dev.strata.web.connector.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ClosedConnectionsTest {

    private static final int THREADS = 8;
    private static final int OF_EACH = 100;

    @Test
    void allAreClosedThatManyThreadsCloseAtOnce() throws Exception {
        ClosedConnections closed = new ClosedConnections();
        List<SocketChannel> connections = new ArrayList<>();
        for (int number = 0; number < THREADS * OF_EACH; number++) {
            connections.add(SocketChannel.open());
        }
        CyclicBarrier atOnce = new CyclicBarrier(THREADS);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> closing = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                List<SocketChannel> own = connections.subList(thread * OF_EACH, (thread + 1) * OF_EACH);
                closing.add(threads.submit(() -> {
                    atOnce.await();
                    own.forEach(closed::close);
                    return null;
                }));
            }
            for (Future<?> each : closing) {
                each.get();
            }
        }
        assertThat(connections).noneMatch(SocketChannel::isOpen);
    }
}
