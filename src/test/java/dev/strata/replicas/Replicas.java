package dev.strata.replicas;

import dev.strata.crash.KillableServer;
import dev.strata.testing.OwnDataDirectory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Some processes that share a database and a directory, all started at the same moment. */
public final class Replicas implements AutoCloseable {

    private static final int COUNT = 2;

    private final Path rows;
    private final Path data;
    private final List<String> settings;
    private final List<KillableServer> servers = new ArrayList<>();
    private EmbeddedPostgres database;
    private volatile RoundRobin balancer;

    private Replicas(EmbeddedPostgres database, Path rows, Path data, List<String> settings) throws Exception {
        this.database = database;
        this.rows = rows;
        this.data = data;
        this.settings = settings;
        try (ExecutorService threads = Executors.newFixedThreadPool(COUNT)) {
            List<Future<KillableServer>> starting = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                starting.add(threads.submit(this::startOne));
            }
            for (Future<KillableServer> server : starting) {
                servers.add(server.get());
            }
        }
        this.balancer = RoundRobin.before(ports());
    }

    public static Replicas start(String... settings) throws Exception {
        Path rows = OwnDataDirectory.create();
        EmbeddedPostgres database = startDatabase(rows, 0);
        List<String> all = Stream.concat(
                        Stream.of(settings),
                        Stream.of(
                                "spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"),
                                "spring.datasource.username=postgres",
                                "spring.datasource.password=postgres"))
                .toList();
        return new Replicas(database, rows, OwnDataDirectory.create(), all);
    }

    /** @param port 0 for any */
    private static EmbeddedPostgres startDatabase(Path rows, int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(Path.of("target", "postgres").toFile())
                .setDataDirectory(rows)
                .setCleanDataDirectory(false);
        return port == 0 ? builder.start() : builder.setPort(port).start();
    }

    /** As whoever stops it does: all connections end at once. */
    void stopDatabase() throws IOException {
        database.close();
    }

    void startDatabase() throws IOException {
        database = startDatabase(rows, database.getPort());
    }

    private KillableServer startOne() throws IOException {
        return KillableServer.start(data, settings.toArray(String[]::new));
    }

    private List<Integer> ports() {
        return servers.stream().map(KillableServer::port).toList();
    }

    KillableServer get(int number) {
        return servers.get(number);
    }

    /** Where each request comes to the next of them. */
    RoundRobin all() {
        return balancer;
    }

    /** The same, for who needs no more of it. */
    public URI address() {
        return balancer.address();
    }

    /** Another process in the place of one that was killed. */
    void startAgain(int number) throws IOException {
        servers.get(number).close();
        servers.set(number, startOne());
        balancer.close();
        balancer = RoundRobin.before(ports());
    }

    /** Where a blob's file lies. */
    Path blob(String digest) {
        String hex = digest.substring("sha256:".length());
        return data.resolve("blobs").resolve("sha256").resolve(hex.substring(0, 2)).resolve(hex);
    }

    public String logs() {
        return String.join("\n", servers.stream().map(KillableServer::log).toList());
    }

    @Override
    public void close() throws IOException {
        balancer.close();
        servers.forEach(KillableServer::close);
        database.close();
    }
}
