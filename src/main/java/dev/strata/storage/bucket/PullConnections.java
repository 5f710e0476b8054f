package dev.strata.storage.bucket;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Pulls under way. Clients that stop reading must not keep the connections that others need: as soon as half of them are in
 * use, those are given up from which nobody has read for a moment. Who reads again gets another.
 */
final class PullConnections implements AutoCloseable {

    private static final Duration MOMENT = Duration.ofMillis(500);
    /** After so long a store would end it. */
    private static final Duration LONG = Duration.ofSeconds(10);

    private final int few;
    private final Set<ObjectStream> pulls = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pull-connections").factory());

    /** @param most how many connections there are */
    PullConnections(int most) {
        this.few = most / 2;
        long period = MOMENT.dividedBy(2).toMillis();
        watch.scheduleWithFixedDelay(this::giveUpIdle, period, period, TimeUnit.MILLISECONDS);
    }

    void add(ObjectStream pull) {
        pulls.add(pull);
    }

    void remove(ObjectStream pull) {
        pulls.remove(pull);
    }

    private void giveUpIdle() {
        long open = pulls.stream().filter(ObjectStream::isConnected).count();
        Duration longest = open > few ? MOMENT : LONG;
        pulls.forEach(pull -> pull.rest(longest));
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
