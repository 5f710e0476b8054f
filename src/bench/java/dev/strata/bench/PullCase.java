package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Clients pull blobs one after the other until the window closes; what arrived by then counts. */
record PullCase(boolean large, long size, int clients) implements Case {

    @Override
    public String id() {
        return "pull-" + (large ? "large-" : "small-") + clients;
    }

    @Override
    public String title() {
        return "pull %s, %s".formatted(Scale.readable(size), Scale.count(clients, "client"));
    }

    @Override
    public Unit unit() {
        return Unit.MEGABYTES_PER_SECOND;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(large ? Seed.LARGE_BLOB : Seed.SMALL_BLOBS);
    }

    @Override
    public boolean fits(Server server) {
        return true;
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        pull(target, target.scale().warmUp());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return pull(target, target.scale().window()).megabytesPerSecond();
    }

    Clients.Throughput pull(Target target, Duration length) throws IOException, InterruptedException {
        List<Blob> blobs = large ? List.of(target.fixture().large()) : target.fixture().small();
        return Clients.run(target.address(), clients, length, (connection, client, window) -> {
            RegistryClient registry = target.client(connection);
            long bytes = 0;
            for (int turn = client; window.isOpen(); turn++) {
                bytes += registry.pull(Fixture.BLOBS, blobs.get(turn % blobs.size()), window);
            }
            return bytes;
        });
    }
}
