package dev.strata.database.replicas;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Of processes that share a database, whose clock counts. A process that cannot reach it stops sooner than another one takes
 * over.
 */
class SharedClaims implements Claims, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SharedClaims.class);

    /** In the database. */
    private static final String LATER = "current_timestamp + interval '10' second";
    /** Here, from before the database was asked. */
    private static final Duration TRUSTED = Duration.ofSeconds(7);
    /** Between two attempts at what somebody else has. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final JdbcTemplate jdbc;
    private final String self;

    // Guarded by this; times are those of the clock that nobody sets.
    private final Map<String, Long> heldUntil = new HashMap<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private boolean running = true;

    SharedClaims(JdbcTemplate jdbc, UUID self) {
        this.jdbc = jdbc;
        this.self = self.toString();
    }

    @Override
    public synchronized boolean has(String work) {
        long now = System.nanoTime();
        if (isAhead(heldUntil.get(work), now)) {
            return true;
        }
        if (!running || isAhead(notBefore.get(work), now)) {
            return false;
        }
        notBefore.put(work, now + PATIENCE.toNanos());
        if (!take(work)) {
            heldUntil.remove(work);
            return false;
        }
        if (heldUntil.put(work, now + TRUSTED.toNanos()) == null) {
            log.debug("This process does {} from now on", work);
        }
        return true;
    }

    private static boolean isAhead(@Nullable Long time, long now) {
        return time != null && time - now > 0;
    }

    private boolean take(String work) {
        return jdbc.update(
                                "update claim set holder = ?, held_until = " + LATER
                                        + " where work = ? and (holder = ? or held_until < current_timestamp)",
                                self,
                                work,
                                self)
                        > 0
                || jdbc.update(
                                "insert into claim (work, holder, held_until) values (?, ?, " + LATER
                                        + ") on conflict do nothing",
                                work,
                                self)
                        > 0;
    }

    @Override
    public void require(String work) {
        boolean isOwn = !jdbc.queryForList(
                        "select work from claim where work = ? and holder = ? for update", String.class, work, self)
                .isEmpty();
        if (!isOwn) {
            throw new PessimisticLockingFailureException("Another process does " + work + " now");
        }
    }

    @Override
    public boolean isOtherAlive() {
        return !jdbc.queryForList(
                        "select work from claim where holder <> ? and held_until > current_timestamp", String.class, self)
                .isEmpty();
    }

    /** Keeps what this process has. */
    @Scheduled(fixedDelayString = "PT2S")
    void keep() {
        if (isIdle()) {
            return;
        }
        long now = System.nanoTime();
        List<String> kept = jdbc.queryForList(
                "update claim set held_until = " + LATER + " where holder = ? returning work", String.class, self);
        keep(new HashSet<>(kept), now + TRUSTED.toNanos());
    }

    private synchronized boolean isIdle() {
        return heldUntil.isEmpty() || !running;
    }

    private synchronized void keep(Set<String> kept, long until) {
        heldUntil.keySet().retainAll(kept);
        heldUntil.replaceAll((work, before) -> until);
    }

    /** It is there from the beginning, before any of the work; what was stopped can go on. */
    @Override
    public synchronized void start() {
        running = true;
    }

    /** Another one need not wait. */
    @Override
    public void stop() {
        synchronized (this) {
            running = false;
            heldUntil.clear();
        }
        try {
            jdbc.update("delete from claim where holder = ?", self);
        } catch (RuntimeException e) {
            log.debug("Claims are given up by time alone", e);
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    /** After the work. */
    @Override
    public int getPhase() {
        return -1;
    }
}
