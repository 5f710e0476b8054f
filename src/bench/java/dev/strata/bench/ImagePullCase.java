package dev.strata.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** An image of twenty layers pulled as docker does it: manifest by tag, configuration, layers three at a time. */
record ImagePullCase() implements Case {

    private static final int AT_A_TIME = 3;
    private static final Duration NO_LIMIT = Duration.ofHours(1);

    @Override
    public String id() {
        return "image-pull";
    }

    @Override
    public String title() {
        return "pull of an image of 20 layers (103 MiB)";
    }

    @Override
    public Unit unit() {
        return Unit.SECONDS;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(Seed.IMAGE);
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        measure(target);
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        // A pull is short: more of them than of pushes make the figure steadier.
        int times = target.scale().images() * 5;
        double seconds = 0;
        for (int time = 0; time < times; time++) {
            seconds += pull(target);
        }
        return seconds / times;
    }

    private static double pull(Target target) throws IOException, InterruptedException {
        Image image = target.fixture().image();
        Window window = new Window(NO_LIMIT);
        Clients.Throughput names = Clients.run(target.address(), 1, (connection, _) -> {
            RegistryClient registry = target.client(connection);
            registry.manifest(Fixture.IMAGES, Fixture.IMAGE_TAG);
            return registry.pull(Fixture.IMAGES, image.config(), window);
        });
        AtomicInteger next = new AtomicInteger();
        Clients.Throughput layers = Clients.run(target.address(), AT_A_TIME, (connection, _) -> {
            RegistryClient registry = target.client(connection);
            long bytes = 0;
            for (int layer = next.getAndIncrement(); layer < image.layers().size(); layer = next.getAndIncrement()) {
                bytes += registry.pull(Fixture.IMAGES, image.layers().get(layer), window);
            }
            return bytes;
        });
        if (names.amount() + layers.amount() != image.size()) {
            throw new CaseFailedException("the image did not come whole");
        }
        return names.seconds() + layers.seconds();
    }
}
