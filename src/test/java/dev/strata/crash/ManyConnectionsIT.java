package dev.strata.crash;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.model.Digests;
import dev.strata.model.RegistryCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The agents of a build farm keep their connections open between requests; that must cost next to nothing. */
class ManyConnectionsIT {

    private static final int CONNECTIONS = 2_000;
    private static final int UPLOADS = 450;
    private static final byte[] REQUEST = "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);

    @Test
    void theServerBearsThousandsThatWait(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        List<Socket> connections = new ArrayList<>();
        try (KillableServer server = KillableServer.start(data)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                connections.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
                assertThat(ask(connections.getLast())).startsWith("HTTP/1.1 200");
            }
            byte[] blob = new byte[5_000_000];
            server.calls().pushBlob("many/connections", blob).expect(201);
            assertThat(server.calls().get("/v2/many/connections/blobs/" + Digests.sha256(blob)).body()).isEqualTo(blob);
            assertThat(ask(connections.getFirst())).as("one that has waited longest").startsWith("HTTP/1.1 200");
        } finally {
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }

    /** They send slowly, or stopped in the middle; each keeps a thread until it goes on. */
    @Test
    void hundredsOfUploadsLeaveRoomForOthers(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws Exception {
        List<Socket> uploads = new ArrayList<>();
        try (KillableServer server = KillableServer.start(data)) {
            RegistryCalls calls = server.calls();
            for (int i = 0; i < UPLOADS; i++) {
                String path = URI.create(calls.startUpload("many/uploads")).getPath();
                uploads.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
                uploads.getLast().getOutputStream().write(("PATCH " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/octet-stream\r\nContent-Length: 100000000\r\n\r\n").getBytes(US_ASCII));
                uploads.getLast().getOutputStream().write(new byte[200_000]);
            }
            byte[] blob = new byte[5_000_000];
            calls.pushBlob("many/uploads", blob).expect(201);
            assertThat(calls.get("/v2/many/uploads/blobs/" + Digests.sha256(blob)).body()).isEqualTo(blob);
        } finally {
            for (Socket upload : uploads) {
                upload.close();
            }
        }
    }

    /** The answer as far as its body, which is the two bytes of an empty object. */
    private static String ask(Socket connection) throws IOException {
        connection.getOutputStream().write(REQUEST);
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("{}") < 0) {
            int next = connection.getInputStream().read();
            assertThat(next).as("what follows " + answer).isNotNegative();
            answer.append((char) next);
        }
        return answer.toString();
    }
}
