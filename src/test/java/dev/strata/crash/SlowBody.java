package dev.strata.crash;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A body of unknown length whose sender takes its time, so that a kill finds it under way. */
final class SlowBody extends InputStream {

    private final ByteArrayInputStream content;
    private final Duration pause;

    private SlowBody(byte[] content, Duration pause) {
        this.content = new ByteArrayInputStream(content);
        this.pause = pause;
    }

    static BodyPublisher of(byte[] content, Duration pause) {
        return BodyPublishers.ofInputStream(() -> new SlowBody(content, pause));
    }

    @Override
    public int read() {
        return content.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        LockSupport.parkNanos(pause.toNanos());
        return content.read(bytes, offset, length);
    }
}
