package dev.strata.web.connector.protocol;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's HTTP/1.1 over NIO, with {@link HttpEndpoint how files are sent} and {@link HttpProcessor how requests are
 * read} in ways of our own.
 */
public class HttpProtocol extends Http11NioProtocol {

    /** The attribute of a request that has its connection. */
    public static final String CONNECTION = HttpProtocol.class.getPackageName() + ".connection";

    /** The attribute of a request that has the connector's {@link Patience}. */
    public static final String PATIENCE = HttpProtocol.class.getPackageName() + ".patience";

    private static final int LARGE_BODIES = 64;

    private final HalfSentHeads heads = new HalfSentHeads();
    private final LargeBuffers largeBuffers = new LargeBuffers(LARGE_BODIES);
    private final Patience patience = new Patience();

    public HttpProtocol() {
        super(new HttpEndpoint());
    }

    @Override
    protected Processor createProcessor() {
        return new HttpProcessor(
                this, getAdapter(), heads, largeBuffers, ((HttpEndpoint) getEndpoint()).requestThreads());
    }

    Patience patience() {
        return patience;
    }

    /** Has it told how much of each file went out. */
    public void tell(FileTransfers transfers) {
        ((HttpEndpoint) getEndpoint()).tell(transfers);
    }

    /** How many answers the kernel has not sent whole yet. No request is under way for them any more. */
    public int filesBeingSent() {
        int count = 0;
        for (SocketWrapperBase<NioChannel> socket : ((NioEndpoint) getEndpoint()).getConnections()) {
            if (socket instanceof NioEndpoint.NioSocketWrapper wrapper
                    && wrapper.getSendfileData() instanceof NioEndpoint.SendfileData
                    && !wrapper.isClosed()) {
                count++;
            }
        }
        return count;
    }
}
