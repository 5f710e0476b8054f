package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * Clients push blobs that are new each time: a small one after the other until the window closes, or one large one
 * each. The last answer ends the measurement.
 */
record PushCase(boolean large, long size, int clients, boolean streamed) implements Case {

    @Override
    public String id() {
        return "push-%s-%s-%d".formatted(streamed ? "patch" : "put", large ? "large" : "small", clients);
    }

    @Override
    public String title() {
        return "push %s (%s), %s".formatted(Scale.readable(size), streamed ? "PATCH" : "PUT",
                Scale.count(clients, "client"));
    }

    @Override
    public Unit unit() {
        return Unit.MEGABYTES_PER_SECOND;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of();
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        push(target, target.scale().small(), false, target.scale().warmUp());
        target.reclaim();
        Disk.settle(target.workspace().directory());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return push(target, size, large, target.scale().window()).megabytesPerSecond();
    }

    private Clients.Throughput push(Target target, long blobSize, boolean once, Duration length)
            throws IOException, InterruptedException {
        // The first blob of a size hashes all of its prefix; that is no part of the measurement.
        target.fixture().contents().next(blobSize);
        return Clients.run(target.address(), clients, length, (connection, _, window) -> {
            RegistryClient registry = target.client(connection);
            long bytes = 0;
            do {
                Blob blob = target.newBlob(blobSize);
                if (streamed) {
                    registry.pushStreamed(Fixture.BLOBS, blob);
                } else {
                    registry.pushWhole(Fixture.BLOBS, blob);
                }
                bytes += blob.size();
            } while (!once && window.isOpen());
            return bytes;
        });
    }
}
