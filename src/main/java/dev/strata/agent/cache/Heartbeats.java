package dev.strata.agent.cache;

import dev.strata.agent.AgentException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The leases that this agent holds, kept alive until they are given back. */
public final class Heartbeats implements AutoCloseable {

    private static final int BEATS = 3;

    private final CacheClient cache;
    private final Map<String, Lease> held = new ConcurrentHashMap<>();
    private final ScheduledExecutorService beats;
    private boolean isOver;

    /** @param leaseTime how long a lease lasts without a beat */
    public Heartbeats(CacheClient cache, Duration leaseTime) {
        this.cache = cache;
        this.beats = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("heartbeats").factory());
        long pause = Math.max(1, leaseTime.toMillis() / BEATS);
        if (leaseTime.isPositive()) {
            beats.scheduleWithFixedDelay(this::beat, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    public synchronized void hold(String key, Lease lease) {
        if (!isOver) {
            held.put(key, lease);
        }
    }

    public Optional<Lease> lease(String key) {
        return Optional.ofNullable(held.get(key));
    }

    /** The step has an entry, with which its lease ended. */
    public void done(String key) {
        held.remove(key);
    }

    @Override
    public void close() {
        giveBack();
    }

    /** Gives all leases back, so that who waits need not wait for their end. */
    public void giveBack() {
        synchronized (this) {
            isOver = true;
        }
        beats.shutdownNow();
        for (Map.Entry<String, Lease> lease : held.entrySet()) {
            try {
                cache.giveUp(lease.getValue());
            } catch (CacheAwayException | AgentException away) {
                return; // its leases end by themselves
            }
            held.remove(lease.getKey());
        }
    }

    private void beat() {
        held.forEach((key, lease) -> {
            try {
                if (!cache.renew(lease)) {
                    held.remove(key, lease); // another agent has it by now; the first commit will stand
                }
            } catch (CacheAwayException | AgentException away) {
                // The next beat may get through.
            }
        });
    }
}
