package dev.strata.bench;

import java.io.IOException;
import java.util.Set;

/**
 * One image pushed to several repositories by builders that do not know of each other: each asks its repository for each
 * blob, and sends what is not there. The figure is what they send.
 */
record FarmPushCase() implements Case {

    private static final int REPOSITORIES = 5;
    private static final double MEBIBYTE = 1024 * 1024;

    @Override
    public String id() {
        return "farm-push";
    }

    @Override
    public String title() {
        return "sent where " + REPOSITORIES + " repositories are pushed an image of 103 MiB";
    }

    @Override
    public Unit unit() {
        return Unit.MEBIBYTES;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of();
    }

    @Override
    public void warmUp(Target target) {}

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        Image image = Image.realShaped(target.fixture().contents());
        target.pushed().addAll(image.layers());
        long[] sent = {0};
        Clients.run(target.address(), 1, (connection, _) -> {
            RegistryClient registry = target.client(connection);
            for (int number = 0; number < REPOSITORIES; number++) {
                sent[0] += push(registry, "bench/farm-" + number, image);
            }
            return sent[0];
        });
        return sent[0] / MEBIBYTE;
    }

    private static long push(RegistryClient registry, String repository, Image image) throws IOException {
        long sent = 0;
        for (Blob layer : image.layers()) {
            sent += pushUnlessPresent(registry, repository, layer);
        }
        sent += pushUnlessPresent(registry, repository, image.config());
        registry.putManifest(repository, "pushed-" + image.config().hex().substring(0, 12), image.manifest(1));
        return sent;
    }

    private static long pushUnlessPresent(RegistryClient registry, String repository, Blob blob) throws IOException {
        if (registry.hasBlob(repository, blob)) {
            return 0;
        }
        registry.pushStreamed(repository, blob);
        return blob.size();
    }
}
