package dev.strata.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for processes that are told theirs. A port that the system chose could be somebody else's before the process has
 * it: these are none that systems choose, and each is named once.
 */
public final class FreePort {

    private static final int FIRST = 10_000;
    /** From there on Linux chooses ports, others from further up. */
    private static final int END = 32_768;

    /** Somewhere: other processes of tests take theirs from here too. */
    private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(END - FIRST));

    private FreePort() {}

    /** A port of this machine on which nobody listens. */
    public static int next() throws IOException {
        while (true) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), END - FIRST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // somebody has it, and the next one will do
            }
        }
    }
}
