package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Clients push manifests, each new and under a new tag, over blobs that are there. */
record ManifestPushCase(int clients, AtomicLong count) implements Case {

    /** Beyond the numbers of the manifests that the fixture has. */
    private static final long FIRST = 1_000;

    ManifestPushCase(int clients) {
        // A range for each case, so that no two push the same.
        this(clients, new AtomicLong(clients * 1_000_000_000L + FIRST));
    }

    @Override
    public String id() {
        return "manifest-put-" + clients;
    }

    @Override
    public String title() {
        return "manifest PUT, " + Scale.count(clients, "connection");
    }

    @Override
    public Unit unit() {
        return Unit.PER_SECOND;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(Seed.MANIFESTS);
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        push(target, List.of(target.address()), target.scale().warmUp());
        Disk.settle(target.workspace().directory());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return push(target, List.of(target.address()), target.scale().window()).perSecond();
    }

    /** Clients take the servers in turn. */
    Clients.Throughput push(Target target, List<InetSocketAddress> servers, Duration length)
            throws IOException, InterruptedException {
        return Clients.run(servers, clients, length, (connection, _, window) -> {
            RegistryClient registry = target.client(connection);
            long done = 0;
            for (; window.isOpen(); done++) {
                long number = count.getAndIncrement();
                registry.putManifest(Fixture.MANIFESTS, "t" + number,
                        target.fixture().smallImage().manifest(number));
            }
            return done;
        });
    }
}
