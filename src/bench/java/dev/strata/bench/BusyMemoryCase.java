package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** The most memory that is resident while 64 clients pull a large blob, or stream into uploads of no end. */
record BusyMemoryCase(boolean push, long size) implements Case {

    private static final int CLIENTS = 64;

    @Override
    public String id() {
        return push ? "memory-push-64" : "memory-pull-64";
    }

    @Override
    public String title() {
        return "resident, %d clients %s %s".formatted(CLIENTS, push ? "pushing" : "pulling", Scale.readable(size));
    }

    @Override
    public Unit unit() {
        return Unit.MEBIBYTES;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(Seed.LARGE_BLOB);
    }

    @Override
    public boolean fits(Server server) {
        return !push || server.isRegistry();
    }

    @Override
    public void warmUp(Target target) {
        // The most that is held does not depend on it.
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        try (PeakMemory peak = new PeakMemory(target.running().processes())) {
            if (push) {
                stream(target, target.scale().window());
            } else {
                new PullCase(true, size, CLIENTS).pull(target, target.scale().window());
            }
            return peak.mebibytes();
        }
    }

    private static void stream(Target target, Duration length) throws IOException, InterruptedException {
        Clients.run(target.address(), CLIENTS, length, (connection, _, window) -> {
            target.client(connection).streamAndCancel(Fixture.BLOBS, window);
            return 1;
        });
    }
}
