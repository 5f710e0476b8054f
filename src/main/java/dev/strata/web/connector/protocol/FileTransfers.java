package dev.strata.web.connector.protocol;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SendfileDataBase;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tells how much of a file went out, which is known after its request: the kernel sends it then, and many a client goes
 * away in the middle.
 */
@Component
public class FileTransfers {

    /** One that the poller goes on with; nobody is told when that ends. */
    private record Left(NioSocketWrapper socket, SendfileDataBase data, long length, LongConsumer sent) {

        boolean isOver() {
            return socket.getSendfileData() != data || socket.isClosed();
        }

        void tell() {
            sent.accept(length - data.length);
        }
    }

    /** What is told of the file that this thread sends next: it answers one request at a time. */
    private final ThreadLocal<LongConsumer> next = new ThreadLocal<>();
    private final Set<Left> left = ConcurrentHashMap.newKeySet();

    /** The file of the request that this thread answers is about to be sent. */
    public void expect(LongConsumer sent) {
        next.set(sent);
    }

    /** Who is to be told of the file that this thread sends. */
    LongConsumer expected() {
        @Nullable LongConsumer sent = next.get();
        next.remove();
        return sent == null ? bytes -> {} : sent;
    }

    /** The poller goes on with a file. */
    void leave(NioSocketWrapper socket, SendfileDataBase data, long length, LongConsumer sent) {
        left.add(new Left(socket, data, length, sent));
    }

    @Scheduled(fixedDelayString = "PT0.1S")
    void tell() {
        for (Iterator<Left> each = left.iterator(); each.hasNext(); ) {
            Left transfer = each.next();
            if (transfer.isOver()) {
                each.remove();
                transfer.tell();
            }
        }
    }
}
