package dev.strata.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A PostgreSQL and a store on S3, which servers use instead of directories of their own: Versity's gateway before a directory. */
final class SharedStorage implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final String REDIRECT = "redirect:\n  disable: ";

    private final EmbeddedPostgres database;
    private final int port;

    private SharedStorage(EmbeddedPostgres database, int port) {
        this.database = database;
        this.port = port;
    }

    /** Starts both in directories of the run. */
    static SharedStorage start(Workspace workspace) throws IOException, InterruptedException {
        Path program = Programs.find("versitygw")
                .orElseThrow(() -> new CaseFailedException("versitygw, the store on S3, was not found"));
        Path buckets = workspace.directory().resolve("buckets");
        Path metadata = Files.createDirectories(workspace.directory().resolve("metadata"));
        for (String bucket : List.of("strata", "distribution")) {
            Files.createDirectories(buckets.resolve(bucket));
        }
        int port = freePort();
        Process gateway = new ProcessBuilder(
                        program.toString(), "--port", "127.0.0.1:" + port, "--access", "key", "--secret", "secret", "--quiet",
                        "posix", "--sidecar", metadata.toString(), buckets.toString())
                .redirectErrorStream(true)
                .redirectOutput(workspace.directory().resolve("s3.log").toFile())
                .start();
        workspace.adopt(gateway);
        awaitPort(gateway, port);
        return new SharedStorage(database(workspace).start(), port);
    }

    /** As it comes, but that commits are forced to the disk, which tests do without. */
    static EmbeddedPostgres.Builder database(Workspace workspace) {
        return EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .setOverrideWorkingDirectory(workspace.directory().resolve("postgres-programs").toFile())
                .setDataDirectory(workspace.directory().resolve("postgres"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(Process gateway, int port) throws InterruptedException {
        long begin = System.nanoTime();
        while (gateway.isAlive() && System.nanoTime() - begin < START_LIMIT.toNanos()) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                // Refused until it listens: the loop's limit decides when that is a failure.
                Thread.sleep(20);
            }
        }
        throw new CaseFailedException("the store on S3 did not start within " + START_LIMIT);
    }

    /** A server that uses it; empty for one that cannot. */
    Optional<Server> under(Server server) {
        return switch (server) {
            case Strata strata -> Optional.of(new Strata(
                    strata.commandLine() + " " + String.join(" ", settings()),
                    Map.of("AWS_ACCESS_KEY_ID", "key", "AWS_SECRET_ACCESS_KEY", "secret")));
            case Distribution distribution when distribution.name().equals("distribution") ->
                Optional.of(new Distribution(distribution.name(), distribution.program(), """
                        s3:
                          accesskey: key
                          secretkey: secret
                          region: us-east-1
                          regionendpoint: http://127.0.0.1:%d
                          forcepathstyle: true
                          secure: false
                          bucket: distribution
                        """.formatted(port) + REDIRECT + "true\n"));
            case Distribution _, Zot _, Nginx _, WithLogin _ -> Optional.empty();
        };
    }

    private List<String> settings() {
        return List.of(
                "--spring.datasource.url=" + database.getJdbcUrl("postgres", "postgres"),
                "--spring.datasource.username=postgres",
                "--spring.datasource.password=postgres",
                "--strata.storage.kind=s3",
                "--strata.storage.s3.bucket=strata",
                "--strata.storage.s3.endpoint=http://127.0.0.1:" + port,
                "--strata.storage.s3.path-style=true",
                "--strata.storage.s3.region=us-east-1");
    }

    /** The same server on the same content, which sends its clients to the store for blobs. */
    static Server redirecting(Server server) {
        return switch (server) {
            case Strata strata -> strata.with("--strata.storage.s3.redirect=on");
            case Distribution distribution -> new Distribution(
                    distribution.name(),
                    distribution.program(),
                    distribution.storage().replace(REDIRECT + "true", REDIRECT + "false"));
            case Zot _, Nginx _, WithLogin _ -> throw new CaseFailedException(server.name() + " has no store on S3 here");
        };
    }

    @Override
    public void close() throws IOException {
        database.close();
    }
}
