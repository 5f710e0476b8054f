package dev.strata.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Clients find out about thirty steps that were run before: from the layer cache with one resolve, from a registry
 * without one as builders do, with a manifest and a configuration for each step. How long that takes, at a percentile.
 */
record StepsCase(int percentile, int clients) implements Case {

    static final List<Integer> PERCENTILES = List.of(50, 99);

    private static final String MISS = "\"status\":\"miss\"";

    @Override
    public String id() {
        return "cache-steps-%d-%d".formatted(percentile, clients);
    }

    @Override
    public String title() {
        return "%d cached steps looked up, %s, %s".formatted(CachedSteps.COUNT, Scale.count(clients, "client"),
                percentile == 50 ? "median" : percentile + "th percentile");
    }

    @Override
    public Unit unit() {
        return Unit.MILLISECONDS;
    }

    @Override
    public Set<Seed> needs() {
        return EnumSet.of(Seed.MANIFESTS, Seed.CACHE);
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        ask(target, target.scale().warmUp());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        long[] nanos = ask(target, target.scale().window());
        return nanos[(int) ((nanos.length - 1) * (percentile / 100.0))] / 1e6;
    }

    /** How long each took, sorted. */
    private long[] ask(Target target, Duration length) throws IOException, InterruptedException {
        List<byte[]> requests = target.running().server() instanceof Strata ? resolve(target) : pulls(target);
        Queue<Long> taken = new ConcurrentLinkedQueue<>();
        Clients.run(target.address(), clients, length, (connection, client, window) -> {
            long done = 0;
            for (; window.isOpen(); done++) {
                long begin = System.nanoTime();
                for (byte[] request : requests) {
                    Answer answer = connection.exchange(request);
                    byte[] content = connection.content(answer);
                    if (answer.status() != 200 || requests.size() == 1 && isMiss(content)) {
                        throw new CaseFailedException("a step was not found: " + answer.lines());
                    }
                }
                taken.add(System.nanoTime() - begin);
            }
            return done;
        });
        long[] nanos = taken.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(nanos);
        return nanos;
    }

    private static boolean isMiss(byte[] content) {
        return new String(content, StandardCharsets.UTF_8).contains(MISS);
    }

    private static List<byte[]> resolve(Target target) {
        return List.of(Request.of("POST", RegistryClient.cachePath(Fixture.CACHE, "resolve"))
                .withBody(target.fixture().cachedSteps().resolve()).encode(target.address()));
    }

    private static List<byte[]> pulls(Target target) {
        List<byte[]> requests = new ArrayList<>();
        Fixture fixture = target.fixture();
        for (int number = 0; number < CachedSteps.COUNT; number++) {
            requests.add(Request.get(RegistryClient.manifestPath(Fixture.MANIFESTS, Fixture.manifestTag(number)))
                    .with("Accept", RegistryClient.MANIFEST_TYPE).encode(target.address()));
            requests.add(Request.get(RegistryClient.blobPath(Fixture.MANIFESTS, fixture.smallImage().config()))
                    .encode(target.address()));
        }
        return requests;
    }
}
