package dev.strata.bench;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A new image of twenty layers pushed as docker does it: a look whether the registry answers, each layer asked for
 * and then streamed, five at a time, then the configuration and the manifest. The figure is the time of one image.
 */
record ImagePushCase() implements Case {

    private static final int AT_A_TIME = 5;

    @Override
    public String id() {
        return "image-push";
    }

    @Override
    public String title() {
        return "push of an image of 20 layers (103 MiB)";
    }

    @Override
    public Unit unit() {
        return Unit.SECONDS;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of();
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        push(target);
        target.reclaim();
        Disk.settle(target.workspace().directory());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        double seconds = 0;
        for (int image = 0; image < target.scale().images(); image++) {
            seconds += push(target);
        }
        return seconds / target.scale().images();
    }

    private double push(Target target) throws IOException, InterruptedException {
        Image image = Image.realShaped(target.fixture().contents());
        target.pushed().addAll(image.layers());
        byte[] manifest = image.manifest(1);
        AtomicInteger next = new AtomicInteger();
        Clients.Throughput layers = Clients.run(target.address(), AT_A_TIME, (connection, _) -> {
            RegistryClient registry = target.client(connection);
            for (int layer = next.getAndIncrement(); layer < image.layers().size(); layer = next.getAndIncrement()) {
                pushUnlessPresent(registry, image.layers().get(layer));
            }
            return 0;
        });
        Clients.Throughput rest = Clients.run(target.address(), 1, (connection, _) -> {
            RegistryClient registry = target.client(connection);
            pushUnlessPresent(registry, image.config());
            registry.putManifest(Fixture.IMAGES, "pushed-" + image.config().hex().substring(0, 12), manifest);
            return 0;
        });
        return layers.seconds() + rest.seconds();
    }

    private static void pushUnlessPresent(RegistryClient registry, Blob blob) throws IOException {
        if (registry.hasBlob(Fixture.IMAGES, blob)) {
            throw new CaseFailedException("a blob that was never pushed is there");
        }
        registry.pushStreamed(Fixture.IMAGES, blob);
    }
}
