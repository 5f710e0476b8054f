package dev.strata.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A server's process on its port, with its directory; it has answered {@code GET /v2/} once. */
final class RunningServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    private final Server server;
    private final Workspace workspace;
    private final Path directory;
    private final InetSocketAddress address;
    private final Process process;
    private final Duration startTime;
    private final boolean kept;

    private RunningServer(Server server, Workspace workspace, Path directory, int port, boolean kept)
            throws IOException, InterruptedException {
        this.kept = kept;
        this.server = server;
        this.workspace = workspace;
        this.directory = directory;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Server.Launch launch = server.prepare(directory, port);
        ProcessBuilder builder = new ProcessBuilder(launch.command()).redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().putAll(launch.environment());
        long begin = System.nanoTime();
        this.process = builder.start();
        workspace.adopt(process);
        process.getOutputStream().close();
        awaitFirstAnswer(begin);
        this.startTime = Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Starts it in a new directory of that name. */
    static RunningServer start(Server server, Workspace workspace, String directoryName)
            throws IOException, InterruptedException {
        Path directory = Files.createDirectories(workspace.directory().resolve(directoryName));
        Files.createDirectories(directory.resolve("data"));
        return new RunningServer(server, workspace, directory, freePort(), false);
    }

    /** Starts it in the directory of that name as it is, which stays when it ends. */
    static RunningServer resume(Server server, Workspace workspace, String directoryName)
            throws IOException, InterruptedException {
        return new RunningServer(server, workspace, workspace.directory().resolve(directoryName), freePort(), true);
    }

    Server server() {
        return server;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Where its blobs are. */
    Path data() {
        return directory.resolve("data");
    }

    /** From the start of the process to the first answer. */
    Duration startTime() {
        return startTime;
    }

    /** The process and what it started. */
    List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    }

    /** The last lines it printed, for a message about a failure; also says if it has ended. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log(), StandardCharsets.ISO_8859_1);
        String end = String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        return process.isAlive() ? end : "(ended with " + process.exitValue() + ") " + end;
    }

    /** Ends it and leaves its directory as it is. */
    void stop() throws IOException {
        workspace.end(process);
    }

    /** Ends it, and removes its directory where that was made for it. */
    @Override
    public void close() throws IOException {
        workspace.end(process);
        if (!kept) {
            Workspace.deleteTree(directory);
        }
    }

    private void awaitFirstAnswer(long begin) throws IOException, InterruptedException {
        byte[] request = Request.get("/v2/").encode(address);
        while (System.nanoTime() - begin < START_LIMIT.toNanos()) {
            if (!process.isAlive()) {
                throw new CaseFailedException(server.name() + " did not start: " + lastWords());
            }
            try {
                Clients.run(address, 1, (connection, _) -> firstAnswer(connection, request));
                return;
            } catch (IOException | CaseFailedException notYet) {
                // Refused until it listens, or not ready: the loop's limit decides when that is a failure.
                Thread.sleep(5);
            }
        }
        workspace.end(process);
        throw new CaseFailedException(server.name() + " gave no answer within " + START_LIMIT + ": " + lastWords());
    }

    private long firstAnswer(Connection connection, byte[] request) throws IOException {
        Answer answer = connection.exchange(request);
        connection.drain(answer);
        if (answer.status() != (server instanceof WithLogin ? 401 : 200)) {
            throw new CaseFailedException("not ready: " + answer.status());
        }
        return 1;
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
