package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Clients push, with POST and PUT, blobs that are there already, without having asked first. */
record PresentPushCase(boolean large, long size, int clients) implements Case {

    @Override
    public String id() {
        return "push-present-" + (large ? "large-" : "small-") + clients;
    }

    @Override
    public String title() {
        return "push %s that is there (PUT), %s".formatted(Scale.readable(size), Scale.count(clients, "client"));
    }

    @Override
    public Unit unit() {
        return Unit.MEGABYTES_PER_SECOND;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(Seed.SMALL_BLOBS, Seed.LARGE_BLOB);
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        push(target, target.fixture().small(), target.scale().warmUp());
        Disk.settle(target.workspace().directory());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        List<Blob> blobs = large ? List.of(target.fixture().large()) : target.fixture().small();
        return push(target, blobs, target.scale().window()).megabytesPerSecond();
    }

    private Clients.Throughput push(Target target, List<Blob> blobs, Duration length)
            throws IOException, InterruptedException {
        return Clients.run(target.address(), clients, length, (connection, client, window) -> {
            RegistryClient registry = target.client(connection);
            long bytes = 0;
            for (int turn = client; window.isOpen(); turn++) {
                Blob blob = blobs.get(turn % blobs.size());
                registry.pushWhole(Fixture.BLOBS, blob);
                bytes += blob.size();
            }
            return bytes;
        });
    }
}
