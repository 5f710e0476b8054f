package dev.strata.interop;

import static org.awaitility.Awaitility.await;

import dev.strata.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A pooler before PostgreSQL, which gives its few connections to one transaction after the other. */
final class PgBouncer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(30);

    private final int port;
    private final Process process;

    private PgBouncer(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /**
     * @param connections how many it has to the database
     * @param database where that one listens
     */
    static PgBouncer start(int connections, int database) throws IOException {
        int port = FreePort.next();
        Path directory = Files.createDirectories(Path.of("target", "interop"));
        Path settings = Files.createTempFile(directory, "pgbouncer-", ".ini");
        // As docs/operations.md says it.
        Files.writeString(settings, """
                [databases]
                postgres = host=127.0.0.1 port=%d user=postgres password=postgres

                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = %d
                max_client_conn = 500
                idle_transaction_timeout = 30
                ignore_startup_parameters = extra_float_digits,options
                """.formatted(database, port, connections));
        Process process = new ProcessBuilder("pgbouncer", "-u", "nobody", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile(directory, "pgbouncer-", ".log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        PgBouncer started = new PgBouncer(port, process);
        await("PgBouncer's start").atMost(START).until(started::listens);
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            if (!process.isAlive()) {
                throw new AssertionError("PgBouncer ended with " + process.exitValue(), e);
            }
            return false;
        }
    }

    /** As Strata is told it. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?prepareThreshold=0";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
