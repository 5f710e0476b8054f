package dev.strata.web.connector;

import dev.strata.web.connector.protocol.HttpProtocol;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets the files that the kernel is still sending reach their clients before the server stops. Spring Boot's graceful
 * shutdown waits for requests only, and such a transfer is no request any more.
 */
@Component
class TransferDrain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TransferDrain.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final WebServerApplicationContext context;
    private final Duration timeout;
    private final AtomicBoolean running = new AtomicBoolean();

    TransferDrain(WebServerApplicationContext context, HttpProperties properties) {
        this.context = context;
        this.timeout = properties.drainTimeout();
    }

    @Override
    public void start() {
        running.set(true);
    }

    @Override
    public void stop() {
        running.set(false);
    }

    @Override
    public void stop(Runnable callback) {
        stop();
        if (!(context.getWebServer() instanceof TomcatWebServer server
                && server.getTomcat().getConnector().getProtocolHandler() instanceof HttpProtocol protocol)) {
            callback.run();
            return;
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("transfer-drain").factory());
        watch.scheduleWithFixedDelay(
                () -> {
                    int left = protocol.filesBeingSent();
                    if (left > 0 && System.nanoTime() < deadline) {
                        return;
                    }
                    if (left > 0) {
                        log.warn("Stopping with {} transfers unfinished after {}", left, timeout);
                    }
                    watch.shutdown();
                    callback.run();
                },
                0,
                LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean isRunning() {
        return running.get();
    }

    /** After requests have ended, before the connector closes its sockets. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE - 512;
    }
}
