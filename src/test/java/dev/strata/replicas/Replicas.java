package dev.strata.replicas;

import dev.strata.crash.KillableServer;
import dev.strata.testing.FaultyLink;
import dev.strata.testing.OnS3;
import dev.strata.testing.OwnDataDirectory;
import dev.strata.testing.S3Server;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Some processes that share a database, and a directory or a store, all started at the same moment. */
public final class Replicas implements AutoCloseable {

    private final Path rows;
    private final List<Site> sites;
    private final List<KillableServer> servers = new ArrayList<>();
    private EmbeddedPostgres database;
    private volatile RoundRobin balancer;

    /** Where one of them is: its directory, what it is told, and how it reaches the others. */
    private record Site(Path data, List<String> settings, List<FaultyLink> links) {

        KillableServer start() throws IOException {
            return KillableServer.start(data, settings.toArray(String[]::new));
        }
    }

    /** How a process reaches its database. */
    public interface Way {

        /** @param port where the database listens; it has one user and one database, and both are postgres */
        String url(int port) throws IOException;
    }

    private Replicas(EmbeddedPostgres database, Path rows, List<Site> sites) throws Exception {
        this.database = database;
        this.rows = rows;
        this.sites = sites;
        try (ExecutorService threads = Executors.newFixedThreadPool(sites.size())) {
            List<Future<KillableServer>> starting = new ArrayList<>();
            for (Site site : sites) {
                starting.add(threads.submit(site::start));
            }
            for (Future<KillableServer> server : starting) {
                servers.add(server.get());
            }
        }
        this.balancer = RoundRobin.before(ports());
    }

    /** On one directory. */
    public static Replicas start(int count, String... settings) throws Exception {
        return start(count, port -> "jdbc:postgresql://127.0.0.1:" + port + "/postgres", settings);
    }

    /** The same, where they do not reach their database directly. */
    public static Replicas start(int count, Way way, String... settings) throws Exception {
        Path rows = OwnDataDirectory.create();
        EmbeddedPostgres database = startDatabase(rows, 0);
        Path data = OwnDataDirectory.create();
        List<String> all = Stream.concat(Stream.of(settings), database(way.url(database.getPort()))).toList();
        return new Replicas(
                database, rows, Stream.generate(() -> new Site(data, all, List.of())).limit(count).toList());
    }

    /** With a store on S3. Each reaches database and store by a network of its own. */
    static Replicas startApart(int count, String... settings) throws Exception {
        Path rows = OwnDataDirectory.create();
        EmbeddedPostgres database = startDatabase(rows, 0);
        String prefix = UUID.randomUUID().toString();
        List<Site> sites = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            FaultyLink toDatabase = FaultyLink.to("127.0.0.1", database.getPort(), number);
            FaultyLink toStore = FaultyLink.to("127.0.0.1", S3Server.shared().endpoint().getPort(), number);
            Stream<String> ways = Stream.concat(
                    database("jdbc:postgresql://127.0.0.1:" + toDatabase.port() + "/postgres"),
                    Stream.concat(
                            Stream.of(OnS3.Store.settings(prefix)).filter(setting -> !setting.contains("endpoint")),
                            Stream.of("strata.storage.s3.endpoint=" + toStore.endpoint())));
            sites.add(new Site(
                    OwnDataDirectory.create(),
                    Stream.concat(ways, Stream.of(settings)).toList(),
                    List.of(toDatabase, toStore)));
        }
        return new Replicas(database, rows, sites);
    }

    private static Stream<String> database(String url) {
        return Stream.of(
                "spring.datasource.url=" + url,
                "spring.datasource.username=postgres",
                "spring.datasource.password=postgres");
    }

    /** Between one of them and the database. */
    FaultyLink toDatabase(int number) {
        return sites.get(number).links().get(0);
    }

    /** Between one of them and the store. */
    FaultyLink toStore(int number) {
        return sites.get(number).links().get(1);
    }

    int count() {
        return servers.size();
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
        servers.set(number, sites.get(number).start());
        balancer.close();
        balancer = RoundRobin.before(ports());
    }

    /** Where a blob's file lies in their one directory. */
    public Path blob(String digest) {
        String hex = digest.substring("sha256:".length());
        return sites.getFirst().data().resolve("blobs").resolve("sha256").resolve(hex.substring(0, 2)).resolve(hex);
    }

    /** Whether one of them says that it can serve. */
    boolean isReady(int number) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + get(number).port() + "/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean areAllReady() {
        return IntStream.range(0, count()).allMatch(this::isReady);
    }

    boolean isNoneReady() {
        return IntStream.range(0, count()).noneMatch(this::isReady);
    }

    public String logs() {
        return String.join("\n", servers.stream().map(KillableServer::log).toList());
    }

    @Override
    public void close() throws IOException {
        balancer.close();
        servers.forEach(KillableServer::close);
        for (Site site : sites) {
            for (FaultyLink link : site.links()) {
                link.close();
            }
        }
        database.close();
    }
}
