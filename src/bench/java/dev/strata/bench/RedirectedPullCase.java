package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Clients pull a large blob from the address in the store to which a server sends them. */
final class RedirectedPullCase implements Case {

    private final long size;
    private final int clients;
    /** By the name of the server; each is started once, and ends with the run. */
    private final Map<String, RunningServer> redirecting = new HashMap<>();

    RedirectedPullCase(long size, int clients) {
        this.size = size;
        this.clients = clients;
    }

    @Override
    public String id() {
        return "pull-redirected-" + clients;
    }

    @Override
    public String title() {
        return "pull %s by redirect, %s".formatted(Scale.readable(size), Scale.count(clients, "client"));
    }

    @Override
    public Unit unit() {
        return Unit.MEGABYTES_PER_SECOND;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(Seed.LARGE_BLOB);
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        pull(target);
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return pull(target).megabytesPerSecond();
    }

    private RunningServer redirecting(Target target) throws IOException, InterruptedException {
        Server server = target.running().server();
        RunningServer known = redirecting.get(server.name());
        if (known != null) {
            return known;
        }
        RunningServer started = RunningServer.start(
                SharedStorage.redirecting(server), target.workspace(), server.name() + "-redirecting-" + clients);
        redirecting.put(server.name(), started);
        return started;
    }

    private Clients.Throughput pull(Target target) throws IOException, InterruptedException {
        Blob blob = target.fixture().large();
        Request question = Request.get(RegistryClient.blobPath(Fixture.BLOBS, blob));
        return Clients.run(redirecting(target).address(), clients, target.scale().window(), (connection, _, window) -> {
            long bytes = 0;
            while (window.isOpen()) {
                Answer answer = connection.exchange(question);
                connection.drain(answer);
                if (answer.status() != 307) {
                    throw new CaseFailedException("a redirect: " + answer.lines());
                }
                URI address = URI.create(answer.header("Location").orElseThrow());
                try (Connection store = new Connection(new InetSocketAddress(address.getHost(), address.getPort()))) {
                    Answer content = store.exchange(Request.get(address.getRawPath() + "?" + address.getRawQuery()));
                    if (content.status() != 200 || content.bodyLength() != blob.size()) {
                        throw new CaseFailedException("a blob from the store: " + content.lines());
                    }
                    bytes += store.drain(content, window);
                }
            }
            return bytes;
        });
    }
}
