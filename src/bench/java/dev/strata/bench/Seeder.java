package dev.strata.bench;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Fills a server with the fixture, through its own protocol, and checks once what comes back. */
final class Seeder {

    private static final int CONNECTIONS = 16;
    /** Few enough for a slow server to be done within the clients' limit. */
    private static final int BATCH = 2_500;

    private final RunningServer running;
    private final Fixture fixture;
    private final Scale scale;

    Seeder(RunningServer running, Fixture fixture, Scale scale) {
        this.running = running;
        this.fixture = fixture;
        this.scale = scale;
    }

    void seed(Set<Seed> seeds) throws IOException, InterruptedException {
        for (Seed seed : seeds) {
            switch (seed) {
                case LARGE_BLOB -> seedBlobs(List.of(fixture.large()));
                case SMALL_BLOBS -> seedBlobs(fixture.small());
                case MANIFESTS -> {
                    seedImage(Fixture.MANIFESTS, fixture.smallImage());
                    seedManifests();
                }
                case FEW_TAGS -> seedTags(Fixture.FEW_TAGS, scale.fewTags());
                case MANY_TAGS -> seedTags(Fixture.MANY_TAGS, scale.manyTags());
                case IMAGE -> seedImage(Fixture.IMAGES, fixture.image());
                case CACHE -> seedCache();
            }
        }
    }

    private void seedBlobs(List<Blob> blobs) throws IOException, InterruptedException {
        if (!running.server().isRegistry()) {
            for (Blob blob : blobs) {
                writeFile(blob);
            }
        }
        once((connection, client) -> {
            for (Blob blob : blobs) {
                if (running.server().isRegistry()) {
                    client.pushStreamed(Fixture.BLOBS, blob);
                }
                verify(connection, blob);
            }
        });
    }

    private void writeFile(Blob blob) throws IOException {
        Path file = running.data().resolve(RegistryClient.blobPath(Fixture.BLOBS, blob).substring(1));
        Files.createDirectories(file.getParent());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            fixture.contents().write(blob, channel);
        }
    }

    private static void verify(Connection connection, Blob blob) throws IOException {
        MessageDigest digest = Blob.sha256();
        Answer answer = connection.exchange(Request.get(RegistryClient.blobPath(Fixture.BLOBS, blob)));
        connection.pass(answer, digest::update);
        if (answer.status() != 200 || !HexFormat.of().formatHex(digest.digest()).equals(blob.hex())) {
            throw new CaseFailedException("a blob did not come back as it was pushed: " + answer.lines());
        }
    }

    private void seedImage(String repository, Image image) throws IOException, InterruptedException {
        once((_, client) -> {
            for (Blob layer : image.layers()) {
                client.pushStreamed(repository, layer);
            }
            client.pushStreamed(repository, image.config());
            byte[] manifest = image.manifest(0);
            client.putManifest(repository, Fixture.IMAGE_TAG, manifest);
            if (!Arrays.equals(client.manifest(repository, Fixture.IMAGE_TAG), manifest)) {
                throw new CaseFailedException("a manifest did not come back as it was pushed");
            }
        });
    }

    private void seedManifests() throws IOException, InterruptedException {
        once((_, client) -> {
            for (int number : fixture.manifestNumbers()) {
                client.putManifest(Fixture.MANIFESTS, Fixture.manifestTag(number),
                        fixture.smallImage().manifest(number));
            }
        });
    }

    private void seedTags(String repository, int count) throws IOException, InterruptedException {
        seedImage(repository, fixture.smallImage());
        byte[] manifest = fixture.smallImage().manifest(0);
        // One tag is there already, from the image.
        for (int batch = 1; batch < count; batch += BATCH) {
            int begin = batch;
            int end = Math.min(count, batch + BATCH);
            Clients.run(running.address(), CONNECTIONS, (connection, first) -> {
                RegistryClient client = new RegistryClient(connection, fixture.contents());
                for (int number = begin + first; number < end; number += CONNECTIONS) {
                    client.putManifest(repository, "v1.%05d".formatted(number), manifest);
                }
                return 0;
            });
        }
    }

    /** The steps that are asked for; {@link CacheFiller} adds others. */
    private void seedCache() throws IOException, InterruptedException {
        if (!(running.server() instanceof Strata)) {
            return;
        }
        CachedSteps steps = fixture.cachedSteps();
        once((_, client) -> {
            client.pushWhole(Fixture.CACHE, steps.layer());
            for (int number = 0; number < CachedSteps.COUNT; number++) {
                client.putEntry(Fixture.CACHE, steps.key(number), steps.entry(number));
            }
        });
    }

    private void once(Step step) throws IOException, InterruptedException {
        Clients.run(running.address(), 1, (connection, _) -> {
            step.run(connection, new RegistryClient(connection, fixture.contents()));
            return 0;
        });
    }

    /** What one client puts in. */
    private interface Step {
        void run(Connection connection, RegistryClient client) throws IOException;
    }
}
