package dev.strata.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A way to a registry on which each connection carries only so many bytes a second to it. */
final class SlowLink implements AutoCloseable {

    private static final int PIECE = 4 * 1024;
    /** What buffers hold has not arrived yet, but its sender believes so. */
    private static final int BUFFER = 64 * 1024;

    private final ServerSocket entrance;
    private final String host;
    private final int port;
    private final long nanosPerByte;

    SlowLink(Registry registry, int bytesPerSecond) {
        try {
            String[] address = registry.address().split(":");
            host = address[0];
            port = Integer.parseInt(address[1]);
            nanosPerByte = Duration.ofSeconds(1).toNanos() / bytesPerSecond;
            entrance = new ServerSocket();
            entrance.setReceiveBufferSize(BUFFER);
            entrance.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.startVirtualThread(this::accept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String address() {
        return "127.0.0.1:" + entrance.getLocalPort();
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                Socket client = entrance.accept();
                Socket server = new Socket(host, port);
                Thread.startVirtualThread(() -> carry(client, server, nanosPerByte));
                Thread.startVirtualThread(() -> carry(server, client, 0));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void carry(Socket from, Socket to, long nanosPerByte) {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[PIECE];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                out.write(piece, 0, read);
                LockSupport.parkNanos(read * nanosPerByte);
            }
        } catch (IOException e) {
            // One end is gone, and the other goes with it.
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
