package dev.strata.web.connector.protocol;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.coyote.Adapter;
import org.apache.coyote.Constants;
import org.apache.coyote.ErrorState;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/** Reads requests as Tomcat does, but for what is too large or too slow, and for the names that hosts may have. */
final class HttpProcessor extends Http11Processor {

    /** RFC 3986, section 3.2.2, "reg-name", and the port. Tomcat takes letters, digits and hyphens. */
    private static final Pattern HOST =
            Pattern.compile("((?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}){1,255})(?::([0-9]{0,5}))?");
    private static final String HEAD_TOO_LARGE =
            StringManager.getManager(Http11Processor.class).getString("iib.requestheadertoolarge.error");
    private static final int BAD_REQUEST = 400;
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;

    private final HttpProtocol protocol;
    private final HalfSentHeads heads;
    private final LargeBodies largeBodies;
    private final @Nullable RequestThreads threads;
    private boolean isUpload;
    /** The status of a request whose head is too large; 0 for any other. */
    private int refusal;

    HttpProcessor(
            HttpProtocol protocol,
            Adapter adapter,
            HalfSentHeads heads,
            LargeBuffers largeBuffers,
            @Nullable RequestThreads threads) {
        super(protocol, new Leftovers(adapter, protocol.patience()));
        this.threads = threads;
        this.protocol = protocol;
        this.heads = heads;
        this.largeBodies = new LargeBodies(request, largeBuffers);
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
        refusal = 0;
        ConnectionBuffers buffers = socket.getSocketBufferHandler() instanceof ConnectionBuffers own ? own : null;
        largeBodies.serve(buffers);
        SocketState state = SocketState.CLOSED;
        try {
            state = super.service(socket);
        } finally {
            endUpload();
            if (state != SocketState.LONG) {
                largeBodies.end();
            }
        }
        if (state == SocketState.OPEN && buffers != null) {
            buffers.rest();
        }
        if (state == SocketState.LONG && !isAsync()) { // a part of a request's head has arrived
            return heads.mayWait(socket) ? state : SocketState.CLOSED;
        }
        heads.end(socket);
        if ((state == SocketState.OPEN || state == SocketState.SENDFILE)
                && socket.getSocketBufferHandler() instanceof KnownClientBuffers known) {
            known.served();
        }
        return state;
    }

    /** Called when a request's head is whole, before the next request of the same connection. */
    private void beginUpload() {
        endUpload();
        if (threads != null && Leftovers.isUpload(request)) {
            isUpload = true;
            threads.beginUpload();
        }
    }

    private void endUpload() {
        if (isUpload && threads != null) {
            isUpload = false;
            threads.endUpload();
        }
    }

    /** The end of a request that was answered later. */
    @Override
    protected SocketState dispatchEndRequest() {
        SocketState state = super.dispatchEndRequest();
        largeBodies.end();
        if (state == SocketState.OPEN && getSocketWrapper().getSocketBufferHandler() instanceof ConnectionBuffers buffers) {
            buffers.rest();
        }
        return state;
    }

    /** Called when a request's head is whole. */
    @Override
    protected void parseHost(@Nullable MessageBytes host) {
        SocketWrapperBase<?> socket = getSocketWrapper();
        heads.end(socket);
        beginUpload();
        socket.setReadTimeout(protocol.getConnectionTimeout());
        socket.setWriteTimeout(protocol.getConnectionTimeout());
        request.setAttribute(HttpProtocol.CONNECTION, socket);
        request.setAttribute(HttpProtocol.PATIENCE, protocol.patience());
        if (socket.getSocketBufferHandler() instanceof ConnectionBuffers buffers) {
            largeBodies.begin(buffers);
        }
        String text = host == null || host.isNull() ? "" : host.toString();
        if (text.isEmpty() || text.startsWith("[")) {
            super.parseHost(host); // no host at all, or an IPv6 address
            return;
        }
        Matcher name = HOST.matcher(text);
        if (!name.matches()) {
            response.setStatus(BAD_REQUEST);
            setErrorState(ErrorState.CLOSE_CLEAN, null);
            return;
        }
        request.serverName().setString(name.group(1));
        if (name.group(2) != null && !name.group(2).isEmpty()) {
            request.setServerPort(Integer.parseInt(name.group(2)));
        }
    }

    /** Tomcat answers 400 to all that it cannot read. */
    @Override
    protected void setErrorState(ErrorState state, @Nullable Throwable cause) {
        boolean isHead = request.getRequestProcessor().getStage() == Constants.STAGE_PARSE;
        if (isHead && cause != null && isTooLarge(cause)) {
            refusal = isAddressTooLong() ? URI_TOO_LONG : HEADERS_TOO_LARGE;
        }
        if (refusal != 0) { // what is wrong with the part that was read does not matter any more
            response.setStatus(refusal);
        }
        super.setErrorState(state, cause);
    }

    /** Says whether the request's first line is most of what was too much, or did not even end. */
    private boolean isAddressTooLong() {
        return request.requestURI().isNull()
                || request.requestURI().getLength() + request.queryString().getLength()
                        > protocol.getMaxHttpRequestHeaderSize() / 2;
    }

    /** The one is of the head's length, the other of the number of headers. */
    private static boolean isTooLarge(Throwable cause) {
        return HEAD_TOO_LARGE.equals(cause.getMessage()) || cause instanceof IllegalStateException;
    }
}
