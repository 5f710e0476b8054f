package dev.strata.web.connector.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SendfileState;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's NIO endpoint, in which the threads of requests go on sending files.
 *
 * <p>Tomcat leaves a file to its one poller thread as soon as the socket's buffer is full, so that all transfers share
 * one processor, and one that reads a cold disk holds up every other. Here the request's thread sends as long as its
 * client keeps up, for a bounded number of transfers; slow clients and further transfers are left to the poller, so
 * that they take no threads from other requests.
 */
final class HttpEndpoint extends NioEndpoint {

    private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);
    /** Of the 512 threads that requests have by default. */
    private static final int SENDING_THREADS = 64;
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Semaphore threads = new Semaphore(SENDING_THREADS);
    private final ClosedConnections closed = new ClosedConnections();
    private volatile @Nullable Sender sender;
    private volatile @Nullable FileTransfers transfers;
    private volatile @Nullable RequestThreads requestThreads;

    /** Has it told how much of each file went out. */
    void tell(FileTransfers listeners) {
        transfers = listeners;
    }

    /** The threads that serve requests; none before it has begun. */
    @Nullable RequestThreads requestThreads() {
        return requestThreads;
    }

    @Override
    public void bind() throws Exception {
        super.bind();
        sender = new Sender();
    }

    @Override
    public void unbind() throws Exception {
        super.unbind();
        Sender bound = sender;
        if (bound != null) {
            bound.close();
        }
    }

    @Override
    public void createExecutor() {
        RequestThreads created =
                new RequestThreads(getName(), getThreadPriority(), getMinSpareThreads(), getMaxThreads());
        requestThreads = created;
        setExecutor(created.executor());
    }

    @Override
    public void shutdownExecutor() {
        RequestThreads created = requestThreads;
        if (created != null) {
            created.shutDown(Duration.ofMillis(getExecutorTerminationTimeoutMillis()));
        }
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
        return isSSLEnabled() ? super.createChannel(encrypted()) : new PlainChannel(new ConnectionBuffers(), closed);
    }

    private SocketBufferHandler encrypted() {
        return new KnownClientBuffers(
                socketProperties.getAppReadBufSize(),
                socketProperties.getAppWriteBufSize(),
                socketProperties.getDirectBuffer());
    }

    @Override
    protected SocketProcessorBase<NioChannel> createSocketProcessor(
            SocketWrapperBase<NioChannel> socket, SocketEvent event) {
        return new ConnectedRequest(socket, event);
    }

    private final class ConnectedRequest extends SocketProcessor implements RequestQueue.Request {

        ConnectedRequest(SocketWrapperBase<NioChannel> socket, SocketEvent event) {
            super(socket, event);
        }

        @Override
        public boolean isOfKnownClient() {
            return socketWrapper.getSocketBufferHandler() instanceof KnownClientBuffers buffers && buffers.isOfKnownClient();
        }
    }

    /** What a connection turns to: the poller, but for the start of a file. */
    @Override
    protected @Nullable Poller getPoller() {
        Sender bound = sender;
        return bound != null ? bound : super.getPoller();
    }

    private Poller poller() {
        return super.getPoller();
    }

    /** Stands before the poller, whose own loop it does not run. */
    private final class Sender extends Poller {

        Sender() throws IOException {}

        @Override
        public Selector getSelector() {
            return poller().getSelector();
        }

        @Override
        public void add(NioSocketWrapper socket, int interestOps) {
            poller().add(socket, interestOps);
        }

        @Override
        public SendfileState processSendfile(SelectionKey key, NioSocketWrapper socket, boolean calledByProcessor) {
            FileTransfers told = transfers;
            if (told == null) {
                return sendSome(key, socket, calledByProcessor);
            }
            SendfileData data = socket.getSendfileData();
            LongConsumer sent = told.expected();
            long length = data.length;
            SendfileState state = sendSome(key, socket, calledByProcessor);
            if (state == SendfileState.PENDING) {
                told.leave(socket, data, length, sent);
            } else {
                sent.accept(length - data.length);
            }
            return state;
        }

        private SendfileState sendSome(SelectionKey key, NioSocketWrapper socket, boolean calledByProcessor) {
            if (!isSSLEnabled() && threads.tryAcquire()) {
                try {
                    send(socket, socket.getSendfileData());
                } catch (IOException e) {
                    report(socket.getSendfileData(), e);
                    return SendfileState.ERROR;
                } finally {
                    threads.release();
                }
                if (socket.getSendfileData().length == 0) { // else the client has to be waited for
                    socket.setSendfileData(null);
                    return SendfileState.DONE;
                }
            }
            return poller().processSendfile(key, socket, calledByProcessor);
        }

        void close() throws IOException {
            super.getSelector().close();
        }
    }

    /** An error does not say which side it is of: where the file can be read, the client went away. */
    private static void report(SendfileData data, IOException e) {
        try (FileChannel file = FileChannel.open(Path.of(data.fileName), StandardOpenOption.READ)) {
            if (file.read(ByteBuffer.allocate(1), data.pos) == 1) {
                log.debug("The client went away", e);
                return;
            }
        } catch (IOException unreadable) {
            e.addSuppressed(unreadable);
        }
        log.error("{} cannot be read with {} bytes left to send", data.fileName, data.length, e);
    }

    private static void send(NioEndpoint.NioSocketWrapper socket, SendfileData data) throws IOException {
        SocketChannel client = socket.getSocket().getIOChannel();
        try (FileChannel file = FileChannel.open(Path.of(data.fileName), StandardOpenOption.READ)) {
            if (sendOnce(socket, data, file, client)) {
                return;
            }
            try (Selector writable = Selector.open()) {
                client.register(writable, SelectionKey.OP_WRITE);
                while (writable.select(_ -> {}, PATIENCE.toMillis()) > 0) {
                    if (sendOnce(socket, data, file, client)) {
                        return;
                    }
                }
                if (!client.isOpen()) {
                    throw new ClosedChannelException();
                }
            }
        }
    }

    /** Gives the socket what it takes now, and says whether that was all. */
    private static boolean sendOnce(
            NioSocketWrapper socket, SendfileData data, FileChannel file, SocketChannel client) throws IOException {
        long sent = file.transferTo(data.pos, data.length, client);
        if (sent == 0 && file.size() <= data.pos) {
            throw new IOException(data.fileName + " ended " + data.length + " bytes early");
        }
        data.pos += sent;
        data.length -= sent;
        socket.updateLastWrite();
        return data.length == 0;
    }
}
