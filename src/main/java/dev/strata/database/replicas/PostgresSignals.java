package dev.strata.database.replicas;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * NOTIFY and LISTEN. What is sent is gathered for a moment, since the database commits transactions that notify one after the
 * other. Listening takes a connection of its own: behind a pooler that gives connections to transactions, nothing is heard.
 */
class PostgresSignals implements Signals, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(PostgresSignals.class);

    private static final String CHANNEL = "strata";
    private static final Duration GATHERING = Duration.ofMillis(10);
    private static final Duration LISTENING = Duration.ofSeconds(1);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    /** Makes the connection that listens. */
    interface Line {
        Connection open() throws SQLException;
    }

    private final JdbcTemplate jdbc;
    private final @Nullable Line line;
    private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();
    private final Set<String> unsent = ConcurrentHashMap.newKeySet();
    private final Semaphore news = new Semaphore(0);
    private volatile boolean running;

    /** @param line absent where nothing is to be listened to */
    PostgresSignals(JdbcTemplate jdbc, @Nullable Line line) {
        this.jdbc = jdbc;
        this.line = line;
    }

    @Override
    public void send(String topic) {
        if (unsent.add(topic)) {
            news.release();
        }
    }

    @Override
    public void listen(String topic, Runnable heard) {
        listeners.computeIfAbsent(topic, fresh -> new CopyOnWriteArrayList<>()).add(heard);
    }

    @Override
    public void start() {
        running = true;
        Thread.ofPlatform().daemon().name("signals-sent").start(this::sendAll);
        if (line != null) {
            Thread.ofPlatform().daemon().name("signals-heard").start(() -> hearAll(line));
        }
    }

    private void sendAll() {
        try {
            while (running) {
                news.acquire();
                Thread.sleep(GATHERING);
                for (String topic : unsent) {
                    unsent.remove(topic); // before it is sent: what changes from now on is another signal
                    sendNow(topic);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendNow(String topic) {
        try {
            jdbc.query("select pg_notify(?, ?)", row -> {}, CHANNEL, topic);
        } catch (RuntimeException e) {
            log.debug("Others hear of {} when they look by themselves", topic, e);
        }
    }

    private void hearAll(Line from) {
        while (running) {
            try (Connection connection = from.open();
                    Statement listen = connection.createStatement()) {
                listen.execute("listen " + CHANNEL);
                listeners.keySet().forEach(this::hear); // what was sent before
                hear(connection.unwrap(PGConnection.class));
            } catch (SQLException | RuntimeException e) {
                log.debug("Nothing is heard of other processes for a while", e);
                pause();
            }
        }
    }

    private void hear(PGConnection connection) throws SQLException {
        while (running) {
            PGNotification[] heard = connection.getNotifications((int) LISTENING.toMillis());
            if (heard != null) {
                for (PGNotification notification : heard) {
                    hear(notification.getParameter());
                }
            }
        }
    }

    private void hear(String topic) {
        listeners.getOrDefault(topic, List.of()).forEach(Runnable::run);
    }

    private static void pause() {
        try {
            Thread.sleep(AFTER_FAILURE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        running = false;
        news.release();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return 0;
    }
}
