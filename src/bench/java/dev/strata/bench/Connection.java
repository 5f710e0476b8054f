package dev.strata.bench;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * One HTTP/1.1 connection that is kept alive, blocking, for one thread at a time. Written for a client that takes
 * little of the processor: bodies are read into one direct buffer and dropped there. Only {@link #close()} may come
 * from another thread; it makes a blocked call fail.
 */
final class Connection implements AutoCloseable {

    /** Large enough to make calls rare, small enough to stay in a core's cache. */
    private static final int BUFFER = 256 * 1024;
    private static final int HEAD_LIMIT = 32 * 1024;

    private final InetSocketAddress address;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] head = new byte[HEAD_LIMIT];
    private volatile SocketChannel channel;
    private boolean spent;
    private boolean sentHead;

    Connection(InetSocketAddress address) throws IOException {
        this.address = address;
        this.channel = open();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Sends a whole request and reads the answer's head; the body is still to be taken. */
    Answer exchange(byte[] request) throws IOException {
        send(request);
        return answer();
    }

    Answer exchange(Request request) throws IOException {
        return exchange(request.encode(address));
    }

    /** Sends bytes of a request's beginning; opens a new connection where the server said that it closes the old. */
    void send(byte[] request) throws IOException {
        if (spent) {
            channel.close();
            channel = open();
        }
        sentHead = request[0] == 'H';
        for (int offset = 0; offset < request.length;) {
            int length = Math.min(out.capacity(), request.length - offset);
            out.clear().put(request, offset, length).flip();
            writeFully(channel, out);
            offset += length;
        }
    }

    /** Where the rest of a request's body goes. */
    WritableByteChannel body() {
        return channel;
    }

    /** A buffer for the body's odd ends. */
    ByteBuffer scratch() {
        return out.clear();
    }

    /** Reads the next answer's head, passing over interim ones. */
    Answer answer() throws IOException {
        Answer answer;
        do {
            answer = new Answer(readHead(), sentHead);
        } while (answer.status() < 200);
        spent = answer.closesConnection();
        return answer;
    }

    /** Takes the body and drops it; says how long it was. */
    long drain(Answer answer) throws IOException {
        return new Body(this, answer).transferTo(ByteBuffer::position);
    }

    /** The same until the window closes; a body that was not taken whole takes the connection with it. */
    long drain(Answer answer, Window window) throws IOException {
        Body body = new Body(this, answer);
        long length = body.transferTo(ByteBuffer::position, window);
        spent |= !body.isComplete();
        return length;
    }

    /** Takes the body and keeps it. */
    byte[] content(Answer answer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WritableByteChannel target = Channels.newChannel(bytes);
        new Body(this, answer).transferTo(target::write);
        return bytes.toByteArray();
    }

    /** Takes the body and hands it over piece by piece. */
    void pass(Answer answer, Body.Sink sink) throws IOException {
        new Body(this, answer).transferTo(sink);
    }

    /** The bytes that are here already; at least one. */
    ByteBuffer received() throws IOException {
        if (!in.hasRemaining()) {
            in.clear();
            int count = channel.read(in);
            in.flip();
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
        }
        return in;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    static void writeFully(WritableByteChannel target, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel opened = SocketChannel.open(address);
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        in.limit(0);
        spent = false;
        return opened;
    }

    private String readHead() throws IOException {
        int length = 0;
        while (length < HEAD_LIMIT) {
            byte next = received().get();
            head[length++] = next;
            if (next == '\n' && length >= 4 && head[length - 2] == '\r' && head[length - 3] == '\n') {
                return new String(head, 0, length - 2, StandardCharsets.ISO_8859_1);
            }
        }
        throw new CaseFailedException("an answer's head of more than " + HEAD_LIMIT + " bytes");
    }
}
