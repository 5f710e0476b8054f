package dev.strata.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients that have signed in ask for manifests by their tags: how much is left of the rate without a login. A second
 * process has the login. Both are asked in turn, in short windows, so that a machine that slows down slows both.
 */
final class SignedInReadCase implements Case {

    private static final int TURNS = 4;
    /** How many windows in a row bring no higher rate once the JVM has compiled what it was going to. */
    private static final int SETTLED = 4;
    private static final int LONGEST_WARM_UP = 30;

    /** How clients show who they are. */
    enum Way {
        BEARER("bearer", "a bearer token"), BASIC("basic", "Basic");

        private final String id;
        private final String title;

        Way(String id, String title) {
            this.id = id;
            this.title = title;
        }
    }

    private final Way way;
    private final int clients;
    private final Map<String, RunningServer> running = new HashMap<>();

    SignedInReadCase(Way way, int clients) {
        this.way = way;
        this.clients = clients;
    }

    @Override
    public String id() {
        return "manifest-%s-%d".formatted(way.id, clients);
    }

    @Override
    public String title() {
        return "manifest GET by tag with %s, %s, of the rate without a login".formatted(
                way.title, Scale.count(clients, "connection"));
    }

    @Override
    public Unit unit() {
        return Unit.TIMES;
    }

    @Override
    public Set<Seed> needs() {
        return Set.of(Seed.MANIFESTS);
    }

    /** The others get their tokens from a service of its own. */
    @Override
    public boolean fits(Server server) {
        return server.isRegistry() && (way == Way.BASIC || server instanceof Strata);
    }

    @Override
    public void warmUp(Target target) throws IOException, InterruptedException {
        RunningServer second = second(target);
        read(target, second.address(), credentials(second), target.scale().warmUp());
    }

    @Override
    public double measure(Target target) throws IOException, InterruptedException {
        RunningServer second = second(target);
        String credentials = credentials(second);
        Duration turn = target.scale().window().dividedBy(TURNS);
        double without = 0;
        double with = 0;
        for (int i = 0; i < TURNS; i++) {
            without += read(target, target.address(), "", turn).perSecond() / TURNS;
            with += read(target, second.address(), credentials, turn).perSecond() / TURNS;
        }
        target.note("manifests with %s: %,.0f a second, and %,.0f without a login".formatted(way.title, with, without));
        return with / without;
    }

    private RunningServer second(Target target) throws IOException, InterruptedException {
        Server server = target.running().server();
        RunningServer known = running.get(server.name());
        if (known != null) {
            return known;
        }
        String directory = server.name() + "-login-" + way.id;
        RunningServer open = RunningServer.start(server, target.workspace(), directory);
        try {
            new Seeder(open, target.fixture(), target.scale()).seed(needs());
        } finally {
            open.stop();
        }
        RunningServer second = RunningServer.resume(new WithLogin(server), target.workspace(), directory);
        running.put(server.name(), second);
        String credentials = credentials(second);
        settle(() -> read(target, target.address(), "", target.scale().window()));
        settle(() -> read(target, second.address(), credentials, target.scale().window()));
        return second;
    }

    /** Reads until the rate rises no more. */
    private static void settle(Reading reading) throws IOException, InterruptedException {
        double best = 0;
        int settled = 0;
        for (int i = 0; i < LONGEST_WARM_UP && settled < SETTLED; i++) {
            double rate = reading.read().perSecond();
            settled = rate > best ? 0 : settled + 1;
            best = Math.max(best, rate);
        }
    }

    /** One window of reading. */
    private interface Reading {
        Clients.Throughput read() throws IOException, InterruptedException;
    }

    private Clients.Throughput read(Target target, InetSocketAddress address, String credentials, Duration length)
            throws IOException, InterruptedException {
        List<byte[]> requests = target.fixture().manifestNumbers().stream()
                .map(number -> request(number, credentials).encode(address))
                .toList();
        int expected = target.fixture().smallImage().manifest(0).length;
        return Clients.run(address, clients, length, (connection, client, window) -> {
            long done = 0;
            for (; window.isOpen(); done++) {
                Answer answer = connection.exchange(requests.get((int) ((client + done) % requests.size())));
                if (connection.drain(answer) != expected || answer.status() != 200) {
                    throw new CaseFailedException("a manifest of " + expected + " bytes: " + answer.lines());
                }
            }
            return done;
        });
    }

    private static Request request(int number, String credentials) {
        Request request = Request.get(RegistryClient.manifestPath(Fixture.MANIFESTS, Fixture.manifestTag(number)))
                .with("Accept", RegistryClient.MANIFEST_TYPE);
        return credentials.isEmpty() ? request : request.with("Authorization", credentials);
    }

    private String credentials(RunningServer server) throws IOException, InterruptedException {
        String basic = "Basic " + Base64.getEncoder().encodeToString(
                (WithLogin.ACCOUNT + ":" + WithLogin.PASSWORD).getBytes(StandardCharsets.UTF_8));
        if (way == Way.BASIC) {
            return basic;
        }
        StringBuilder token = new StringBuilder("Bearer ");
        Clients.run(server.address(), 1, (connection, _) -> {
            Answer answer = connection.exchange(
                    Request.get("/auth/token?scope=repository:" + Fixture.MANIFESTS + ":pull").with("Authorization", basic));
            byte[] content = connection.content(answer);
            if (answer.status() != 200) {
                throw new CaseFailedException("a token: " + answer.lines());
            }
            token.append(JsonMapper.shared().readTree(content).path("token").stringValue());
            return 1;
        });
        return token.toString();
    }
}
