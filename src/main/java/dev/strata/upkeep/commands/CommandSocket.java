package dev.strata.upkeep.commands;

import dev.strata.storage.directory.DataDirectory;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Takes commands at a socket in the data directory, from whoever may write to that. Where there can be none, as where its
 * path is too long for the system, commands wait until the registry is stopped. Where processes share the directory, one of
 * them takes commands.
 */
@Component
class CommandSocket implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(CommandSocket.class);

    /** After a caller could not be taken, as where there are too many open files. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final DirectoryOperations operations;
    private final Path path;
    private final Set<SocketChannel> callers = ConcurrentHashMap.newKeySet();
    private volatile @Nullable ServerSocketChannel server;

    CommandSocket(DirectoryOperations operations, DataDirectory directory) {
        this.operations = operations;
        this.path = DataDirectory.socket(directory.root());
    }

    @Override
    public void start() {
        try {
            if (isAnswered()) {
                log.debug("Another process that shares the data directory takes commands");
                return;
            }
            Files.deleteIfExists(path); // another process left it, which has ended
            ServerSocketChannel opened = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server = opened;
            opened.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            Thread.ofPlatform().daemon().name("commands").start(() -> listen(opened));
        } catch (IOException | UnsupportedOperationException e) {
            log.info("Commands such as check and backup cannot be given while this runs: {} cannot be opened", path, e);
            stop();
        }
    }

    private boolean isAnswered() {
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void listen(ServerSocketChannel opened) {
        while (opened.isOpen()) {
            try {
                SocketChannel caller = opened.accept();
                callers.add(caller);
                Thread.ofPlatform().daemon().name("command").start(() -> serve(caller));
            } catch (IOException e) {
                log.debug("No more commands are taken, or not at the moment", e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void serve(SocketChannel caller) {
        try (caller;
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(caller)))) {
            Wire.Given command = Wire.readGiven(new DataInputStream(Channels.newInputStream(caller)));
            log.info("Command: {}", command.arguments());
            int code = operations.run(
                    command.arguments(), user(caller), command.from(), new PrintWriter(Wire.texts(out)));
            Wire.writeExit(code, out);
            log.info("The command {} ended with {}", command.arguments().getFirst(), code);
        } catch (IOException e) {
            log.debug("A caller has ended", e);
        } finally {
            callers.remove(caller);
        }
    }

    /** As whom the system knows a caller. */
    private static String user(SocketChannel caller) throws IOException {
        return caller.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED)
                ? caller.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName()
                : "";
    }

    @Override
    public void stop() {
        try {
            ServerSocketChannel opened = server;
            server = null;
            if (opened != null) {
                opened.close();
                Files.deleteIfExists(path);
            }
            for (SocketChannel caller : callers) {
                caller.close();
            }
        } catch (IOException e) {
            log.debug("The socket for commands cannot be closed", e);
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }

    /** After the recovery, and stopped with the web server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
