package dev.strata.interop;

import static org.awaitility.Awaitility.await;

import dev.strata.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A store that speaks S3, as people run it: Versity's gateway before a directory. */
final class VersityGateway implements AutoCloseable {

    static final String BUCKET = "blobs";
    private static final Duration START = Duration.ofMinutes(1);

    private final Path directory;
    private final int port;
    private final Process process;

    private VersityGateway(Path directory, int port) throws IOException {
        this.directory = directory;
        this.port = port;
        this.process = launch();
    }

    static VersityGateway start(Path directory) throws IOException {
        Files.createDirectories(directory.resolve("buckets").resolve(BUCKET));
        Files.createDirectories(directory.resolve("metadata"));
        return new VersityGateway(directory, FreePort.next());
    }

    /** The flags of a JVM in which the SDK finds the credentials. */
    static String[] credentials() {
        return new String[] {"-Daws.accessKeyId=key", "-Daws.secretAccessKey=secret"};
    }

    private Process launch() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                "versitygw", "--port", "127.0.0.1:" + port, "--access", "key", "--secret", "secret", "--quiet",
                // Its metadata lie in files, since not every file system has extended attributes.
                "posix", "--sidecar", directory.resolve("metadata").toString(), directory.resolve("buckets").toString());
        Process started = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("gateway.log").toFile()))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        await("the store's start").atMost(START).until(this::listens);
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Each as Strata's command line has it. */
    List<String> settings() {
        return List.of(
                "--strata.storage.kind=s3",
                "--strata.storage.s3.bucket=" + BUCKET,
                "--strata.storage.s3.endpoint=http://127.0.0.1:" + port,
                "--strata.storage.s3.path-style=true",
                "--strata.storage.s3.region=us-east-1");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
