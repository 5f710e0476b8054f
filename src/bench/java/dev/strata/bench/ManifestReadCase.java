package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Clients ask for manifests that are there, each answer checked for its length. */
record ManifestReadCase(Kind kind, int clients) implements Case {

    /** How it is asked. */
    enum Kind {
        TAG("get-tag", "GET by tag"), DIGEST("get-digest", "GET by digest"), HEAD("head", "HEAD by tag");

        private final String id;
        private final String title;

        Kind(String id, String title) {
            this.id = id;
            this.title = title;
        }
    }

    @Override
    public String id() {
        return "manifest-%s-%d".formatted(kind.id, clients);
    }

    @Override
    public String title() {
        return "manifest %s, %s".formatted(kind.title, Scale.count(clients, "connection"));
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
        read(target, List.of(target.address()), target.scale().warmUp());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        return read(target, List.of(target.address()), target.scale().window()).perSecond();
    }

    /** Clients take the servers in turn. */
    Clients.Throughput read(Target target, List<InetSocketAddress> servers, Duration length)
            throws IOException, InterruptedException {
        Fixture fixture = target.fixture();
        List<byte[]> requests = fixture.manifestNumbers().stream().map(number -> request(target, number)).toList();
        int manifestLength = fixture.smallImage().manifest(0).length;
        return Clients.run(servers, clients, length, (connection, client, window) -> {
            long done = 0;
            for (; window.isOpen(); done++) {
                Answer answer = connection.exchange(requests.get((int) ((client + done) % requests.size())));
                long taken = connection.drain(answer);
                long said = kind == Kind.HEAD
                        ? answer.header("Content-Length").map(Long::parseLong).orElse(-1L) : taken;
                if (answer.status() != 200 || said != manifestLength) {
                    throw new CaseFailedException("a manifest of " + manifestLength + " bytes: " + answer.lines());
                }
            }
            return done;
        });
    }

    private byte[] request(Target target, int number) {
        String reference = kind == Kind.DIGEST
                ? Blob.of(target.fixture().smallImage().manifest(number)).digest()
                : Fixture.manifestTag(number);
        return Request.of(kind == Kind.HEAD ? "HEAD" : "GET",
                RegistryClient.manifestPath(Fixture.MANIFESTS, reference))
                .with("Accept", RegistryClient.MANIFEST_TYPE).encode(target.address());
    }
}
