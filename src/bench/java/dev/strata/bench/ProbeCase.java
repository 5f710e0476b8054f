package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Clients look entries of the layer cache up by their keys. */
record ProbeCase(int clients) implements Case {

    @Override
    public String id() {
        return "cache-probe-" + clients;
    }

    @Override
    public String title() {
        return "cache entry HEAD, " + Scale.count(clients, "connection");
    }

    @Override
    public Unit unit() {
        return Unit.PER_SECOND;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(Seed.CACHE);
    }

    @Override
    public boolean fits(Server server) {
        return server instanceof Strata;
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        probe(target, List.of(target.address()), target.scale().warmUp());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return probe(target, List.of(target.address()), target.scale().window()).perSecond();
    }

    /** Clients take the servers in turn. */
    Clients.Throughput probe(Target target, List<InetSocketAddress> servers, Duration length)
            throws IOException, InterruptedException {
        CachedSteps steps = target.fixture().cachedSteps();
        List<byte[]> requests = IntStream.range(0, CachedSteps.COUNT)
                .mapToObj(number -> Request.head(RegistryClient.cachePath(Fixture.CACHE, "entries/" + steps.key(number)))
                        .encode(target.address()))
                .toList();
        return Clients.run(servers, clients, length, (connection, client, window) -> {
            long done = 0;
            for (; window.isOpen(); done++) {
                Answer answer = connection.exchange(requests.get((int) ((client + done) % requests.size())));
                connection.drain(answer);
                if (answer.status() != 200) {
                    throw new CaseFailedException("an entry was not found: " + answer.lines());
                }
            }
            return done;
        });
    }
}
